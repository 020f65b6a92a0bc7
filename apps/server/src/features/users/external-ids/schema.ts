import Type, { type Static } from 'typebox'
import type { ExternalId } from './model.ts'

export const exampleExternalId = { source: 'oauth-bearer', id: '7' }

export const ExternalIdView = Type.Object(
  {
    source: Type.String({ description: 'The system that knows the account by this id' }),
    id: Type.String({ description: 'The id of the account there' }),
  },
  {
    title: 'ExternalId',
    description: 'The id of an account in another system, such as a former backend',
    examples: [exampleExternalId],
  },
)

/** A parameter of lists: `SOURCE:ID`. */
export const ExternalIdParameter = (description: string) =>
  Type.String({ minLength: 1, maxLength: 500, description, examples: ['oauth-bearer:7'] })

export function externalIdView({ source, id }: ExternalId): Static<typeof ExternalIdView> {
  return { source, id }
}
