import Type, { type Static } from 'typebox'
import { exampleTime, Nullable, Time } from '../../../platform/http/fields.ts'
import { challengeField, exampleChallenge } from '../second-factor/schema.ts'
import type { FactorRecoveryState } from './model.ts'

export const LostFactorBody = Type.Object(
  { challenge: challengeField },
  {
    title: 'LostFactorBody',
    additionalProperties: false,
    description: 'The sign-in whose second factor is lost',
    examples: [{ challenge: exampleChallenge }],
  },
)

export const LostFactorView = Type.Object(
  {
    usable_at: Time('When the recovery can be finished'),
    sent_to: Nullable(
      Type.Enum(['email', 'phone_number'], {
        title: 'FactorRecoveryContact',
        description: 'The contact to which a code was sent',
      }),
      { description: 'Null while the recovery waits' },
    ),
  },
  {
    title: 'LostFactor',
    description: 'How far the recovery of the second factor is',
    examples: [{ usable_at: exampleTime, sent_to: null }],
  },
)
export type LostFactorView = Static<typeof LostFactorView>

export function lostFactorView({ usableAt, sentTo }: FactorRecoveryState): LostFactorView {
  return { usable_at: usableAt.toISOString(), sent_to: sentTo }
}

export const FactorRecoveryBody = Type.Object(
  {
    challenge: challengeField,
    code: Type.String({ maxLength: 64, description: 'The six digits of the message' }),
  },
  {
    title: 'FactorRecoveryBody',
    additionalProperties: false,
    description: 'The code that finishes the recovery',
    examples: [{ challenge: exampleChallenge, code: '492039' }],
  },
)
