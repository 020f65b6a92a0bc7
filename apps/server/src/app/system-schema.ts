import Type from 'typebox'

export const AliveView = Type.Object({ status: Type.Literal('ok') }, { description: 'It lives' })
export const ReadyView = Type.Object({ status: Type.Literal('ready') }, { description: 'It serves' })

export const PlainText = {
  description: 'Text for machines',
  content: { 'text/plain': { schema: Type.String() } },
}
