import Type, { type Static } from 'typebox'
import { exampleTime, Time } from '../../../../platform/http/fields.ts'
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
    description: 'Why the administrator removes the second factors, or starts their recovery',
    additionalProperties: false,
    examples: [{ reason: 'Ticket 4712: the owner has lost their phone and their codes' }],
  },
)
export type ResetFactorsBody = Static<typeof ResetFactorsBody>

export const StartedFactorRecovery = Type.Object(
  { usable_at: Time('When the owner can finish it') },
  {
    title: 'StartedFactorRecovery',
    description: 'The recovery has begun',
    examples: [{ usable_at: exampleTime }],
  },
)
