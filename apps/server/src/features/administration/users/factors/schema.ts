import Type, { type Static } from 'typebox'
import { FactorsView, factorsView } from '../../../self-service/factors/schema.ts'

/** The same as their owner sees. */
export const UserFactorsView = FactorsView
export const userFactorsView = factorsView

/** In characters. */
const reasonLengthMax = 200

export const ResetFactorsBody = Type.Object(
  {
    reason: Type.String({
      minLength: 3,
      maxLength: reasonLengthMax,
      description: 'Why, such as the number of a ticket; stored in the audit trail',
    }),
  },
  {
    title: 'ResetFactorsBody',
    description: 'Why the administrator removes the second factors',
    additionalProperties: false,
    examples: [{ reason: 'Ticket 4712: the owner has lost their phone and their codes' }],
  },
)
export type ResetFactorsBody = Static<typeof ResetFactorsBody>
