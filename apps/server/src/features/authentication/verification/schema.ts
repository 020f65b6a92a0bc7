import Type, { type Static } from 'typebox'
import { codeMinutes, resendSeconds } from '../../authenticators/codes/model.ts'
import { codeField, exampleCode } from '../../authenticators/codes/schema.ts'
import { exampleUser, userFields, userOptions, userView } from '../../users/accounts/schema.ts'
import type { RequestedCode } from './model.ts'

const channel = Type.Enum(['email', 'phone_number'], {
  title: 'VerificationChannel',
  description: 'What to confirm: the email address or the phone number',
})

export const VerificationBody = Type.Object(
  { channel },
  {
    title: 'VerificationBody',
    additionalProperties: false,
    description: 'What to confirm',
    examples: [{ channel: 'email' }],
  },
)
export type VerificationBody = Static<typeof VerificationBody>

export const RequestedCodeView = Type.Object(
  {
    expires_in: Type.Integer({ description: 'How long the code works, in seconds' }),
    resend_after: Type.Integer({ description: 'How long to wait before you request another, in seconds' }),
  },
  {
    title: 'RequestedCode',
    description: 'A message with a code is on its way. It also has a link that does the same.',
    examples: [{ expires_in: codeMinutes * 60, resend_after: resendSeconds }],
  },
)

export const ConfirmationBody = Type.Object(
  { channel, code: codeField },
  {
    title: 'ConfirmationBody',
    additionalProperties: false,
    description: 'What to confirm, and the code that was sent there',
    examples: [{ channel: 'email', code: exampleCode }],
  },
)
export type ConfirmationBody = Static<typeof ConfirmationBody>

/** The User, whose contact is now verified. */
export const VerifiedView = Type.Object(userFields, {
  ...userOptions,
  examples: [{ ...exampleUser, email_verified: true, is_verified: true }],
  'x-response-description': 'The User, whose address or number is now confirmed',
})
export const verifiedView = userView

export function requestedCodeView({ expiresInSeconds, resendAfterSeconds }: RequestedCode) {
  return { expires_in: expiresInSeconds, resend_after: resendAfterSeconds }
}
