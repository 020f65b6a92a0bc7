import Type from 'typebox'

export const AliveView = Type.Object({ status: Type.Literal('ok') })
export const ReadyView = Type.Object({ status: Type.Literal('ready') })
