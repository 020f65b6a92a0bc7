import Type from 'typebox'

export const AliveView = Type.Object(
  { status: Type.Literal('ok', { description: 'Always the same' }) },
  { title: 'Health', description: 'The process runs', examples: [{ status: 'ok' }] },
)
export const ReadyView = Type.Object(
  { status: Type.Literal('ready', { description: 'Always the same' }) },
  { title: 'Readiness', description: 'The server is ready', examples: [{ status: 'ready' }] },
)

export const plainText = (description: string, example: string) => ({
  description,
  content: { 'text/plain': { schema: Type.String({ description }), example } },
})
