import Type, { type Static } from 'typebox'
import { resendSeconds } from '../../authenticators/codes/model.ts'
import { ContactFactor, signInFactorField, toGivenFactor } from '../../authenticators/factors/schema.ts'
import { PasskeyOptionsView } from '../../authenticators/passkeys/schema.ts'
import type { SecondFactorAnswer, SentFactorCode } from './model.ts'

const challengeLengthMax = 200

/** In examples. The server does not know it. */
export const exampleChallenge = 'pxm_4fXw0uUe2pYzJqk8RtVh6nB1cD3sG5mL7aQ9iO0eW2Y'

export const challengeField = Type.String({
  maxLength: challengeLengthMax,
  description: 'The `challenge` of the answer `mfa_required`',
})

export const MfaBody = Type.Object(
  {
    challenge: challengeField,
    ...signInFactorField,
    trust_device: Type.Optional(
      Type.Boolean({
        description:
          'With `true`, the device needs no second factor for a while. In mode `cookie`, the browser gets a cookie. Otherwise the header `Proxima-Trusted-Device` of the answer has a secret: send it in the same header with the next sign-ins to this account. There is none if no device is trusted (`PROXIMA_TRUSTED_DEVICE_DAYS`), if the account must have a second factor, or after a code that was sent.',
      }),
    ),
  },
  {
    title: 'MfaBody',
    additionalProperties: false,
    description: 'The second factor of a sign-in',
    examples: [{ challenge: exampleChallenge, factor: 'totp', code: '492039' }],
  },
)
export type MfaBody = Static<typeof MfaBody>

export function toAnswer({
  challenge,
  trust_device: trustsDevice = false,
  ...given
}: MfaBody): SecondFactorAnswer {
  return { challenge, given: toGivenFactor(given), trustsDevice }
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

export const MfaSendBody = Type.Object(
  { challenge: challengeField, factor: ContactFactor },
  {
    title: 'MfaSendBody',
    additionalProperties: false,
    description: 'The challenge of the sign-in, and the contact',
    examples: [{ challenge: exampleChallenge, factor: 'email' }],
  },
)

export const CodeSentView = Type.Object(
  {
    expires_in: Type.Integer({
      description: 'How long the code works, in seconds. It ends with the challenge.',
    }),
    resend_after: Type.Integer({ description: 'How long to wait before you ask for another, in seconds' }),
  },
  {
    title: 'SecondFactorCodeSent',
    description: 'A message with a code is on its way.',
    examples: [{ expires_in: 300, resend_after: resendSeconds }],
  },
)

export function codeSentView({ lifeSeconds, waitSeconds }: SentFactorCode) {
  return { expires_in: lifeSeconds, resend_after: waitSeconds }
}

export const FactorOptionsView = PasskeyOptionsView
