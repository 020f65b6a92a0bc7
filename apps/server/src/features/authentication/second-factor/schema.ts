import Type, { type Static } from 'typebox'
import { factorField, toGivenFactor } from '../../authenticators/factors/schema.ts'
import { PasskeyOptionsView } from '../../authenticators/passkeys/schema.ts'
import type { SecondFactorAnswer } from './model.ts'

const challengeLengthMax = 200

/** In examples. The server does not know it. */
export const exampleChallenge = 'pxm_4fXw0uUe2pYzJqk8RtVh6nB1cD3sG5mL7aQ9iO0eW2Y'

export const challengeField = Type.String({
  maxLength: challengeLengthMax,
  description: 'The `challenge` of the answer `mfa_required`',
})

export const MfaBody = Type.Object(
  { challenge: challengeField, ...factorField },
  {
    title: 'MfaBody',
    additionalProperties: false,
    description: 'The second factor of a sign-in',
    examples: [{ challenge: exampleChallenge, factor: 'totp', code: '492039' }],
  },
)
export type MfaBody = Static<typeof MfaBody>

export function toAnswer({ challenge, ...given }: MfaBody): SecondFactorAnswer {
  return { challenge, given: toGivenFactor(given) }
}

export const MfaPasskeyBody = Type.Object(
  { challenge: challengeField },
  {
    title: 'MfaPasskeyBody',
    additionalProperties: false,
    description: 'The challenge of the sign-in',
    examples: [{ challenge: exampleChallenge }],
  },
)

export const FactorOptionsView = PasskeyOptionsView
