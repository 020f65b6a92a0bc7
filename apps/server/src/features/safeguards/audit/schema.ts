import Type from 'typebox'

const ValuesView = (description: string) =>
  Type.Record(Type.String(), Type.Unknown(), { description, examples: [{ username: 'amina' }] })

export const ChangesView = Type.Object(
  { before: ValuesView('The values before'), after: ValuesView('The values after') },
  { title: 'Changes', description: 'The fields that an act has changed, and only these. Never a secret.' },
)
