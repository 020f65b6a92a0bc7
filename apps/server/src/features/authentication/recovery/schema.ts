import Type, { type Static } from 'typebox'
import { exampleUserSecret, passwordText } from '../../../platform/http/fields.ts'
import { codeMinutes, resendSeconds } from '../../authenticators/codes/model.ts'
import { codeField, exampleCode } from '../../authenticators/codes/schema.ts'
import { exampleUser } from '../../users/accounts/schema.ts'
import { recoveryTokenSeconds } from './model.ts'

const identifier = Type.String({
  maxLength: 400,
  description: 'A username, an email address or a phone number',
})

export const RecoveryBody = Type.Object(
  { identifier },
  {
    title: 'RecoveryBody',
    additionalProperties: false,
    description: 'Any identifier of the account',
    examples: [{ identifier: exampleUser.email }],
  },
)

export const RecoveryRequestedView = Type.Object(
  {
    expires_in: Type.Integer({ description: 'How long a code works, in seconds' }),
    resend_after: Type.Integer({ description: 'How long to wait before you ask for another, in seconds' }),
  },
  {
    title: 'RecoveryRequested',
    description:
      'Always the same, whether or not there is such an account. If there is, a message with a code and a link is on ' +
      'its way.',
    examples: [{ expires_in: codeMinutes * 60, resend_after: resendSeconds }],
  },
)

export const requestedView = { expires_in: codeMinutes * 60, resend_after: resendSeconds }

export const RecoveryVerifyBody = Type.Object(
  {
    identifier,
    code: codeField,
  },
  {
    title: 'RecoveryVerifyBody',
    additionalProperties: false,
    description: 'Give the same identifier as in the request for the code.',
    examples: [{ identifier: exampleUser.email, code: exampleCode }],
  },
)

const exampleToken = 'pxl_9hZ0cP3rVq7sXwYtB2mN6kLfD4gJ1aE8uRoTiQeWzMs'

export const RecoveryTokenView = Type.Object(
  {
    recovery_token: Type.String({ description: 'For one call of the reset. It does not sign in.' }),
    expires_in: Type.Integer({ description: 'How long it works, in seconds' }),
  },
  {
    title: 'RecoveryToken',
    description: 'The code was right',
    examples: [{ recovery_token: exampleToken, expires_in: recoveryTokenSeconds }],
  },
)

export const RecoveryResetBody = Type.Object(
  {
    recovery_token: Type.String({ maxLength: 200, description: 'From the verification of the code' }),
    new_password: Type.Optional(
      Type.String({
        ...passwordText,
        description: 'Required, unless the account has no password and wants a new user secret.',
      }),
    ),
  },
  {
    title: 'RecoveryResetBody',
    additionalProperties: false,
    description: 'A password that breaks a rule does not use up the token.',
    examples: [{ recovery_token: exampleToken, new_password: 'nine quiet rivers bend' }],
  },
)
export type RecoveryResetBody = Static<typeof RecoveryResetBody>

export const RecoveredSecretView = Type.Object(
  { user_secret: Type.String({ description: 'Shown only once' }) },
  {
    title: 'RecoveredSecret',
    description: 'The new secret of an account without a password. The old one no longer works.',
    examples: [{ user_secret: exampleUserSecret }],
  },
)
