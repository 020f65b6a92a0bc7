import Type from 'typebox'

export const AliveView = Type.Object({ status: Type.Literal('ok') }, { description: 'The process runs' })
export const ReadyView = Type.Object(
  { status: Type.Literal('ready') },
  { description: 'The server is ready' },
)

export const PlainText = {
  description: 'Plain text',
  content: { 'text/plain': { schema: Type.String() } },
}
