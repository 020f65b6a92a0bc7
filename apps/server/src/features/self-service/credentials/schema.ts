import Type, { type Static } from 'typebox'
import { passwordText } from '../../../platform/http/fields.ts'
import { credentialFields } from '../../authentication/reauthentication/schema.ts'
import { identifierFields, userFields, userView } from '../../users/accounts/schema.ts'
import type { PasswordChange } from './password.ts'

export const PasswordBody = Type.Object(
  {
    current_password: Type.Optional(credentialFields.current_password),
    user_secret: Type.Optional(credentialFields.user_secret),
    new_password: Type.String(passwordText),
  },
  {
    additionalProperties: false,
    description:
      'If the account has a password, give `current_password`. If it has none yet, give `user_secret`, or give neither ' +
      'if you signed in recently.',
  },
)
export type PasswordBody = Static<typeof PasswordBody>

export const SecretBody = Type.Object({}, { additionalProperties: false, description: 'Optional.' })

export const SecretView = Type.Object(
  { user_secret: Type.String({ description: 'Shown only once' }) },
  { description: 'The new secret. The old one no longer works.' },
)

export const UsernameBody = Type.Object(
  { username: identifierFields.username },
  { additionalProperties: false },
)

export const RenamedView = Type.Object(userFields, { description: 'The User, with the new username' })
export const renamedView = userView

export function toPasswordChange(body: PasswordBody): PasswordChange {
  const { current_password: currentPassword, user_secret: userSecret, new_password: newPassword } = body
  return {
    newPassword,
    ...(currentPassword !== undefined && { currentPassword }),
    ...(userSecret !== undefined && { userSecret }),
  }
}
