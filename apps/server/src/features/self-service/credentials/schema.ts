import Type, { type Static } from 'typebox'
import { examplePassword, exampleUserSecret, passwordText } from '../../../platform/http/fields.ts'
import { credentialFields, toGivenCredentials } from '../../authentication/reauthentication/schema.ts'
import {
  exampleUser,
  identifierFields,
  userFields,
  userOptions,
  userView,
} from '../../users/accounts/schema.ts'
import type { PasswordChange } from './password.ts'
import type { UsernameChange } from './username.ts'

export const PasswordBody = Type.Object(
  {
    ...credentialFields,
    new_password: Type.String({ ...passwordText, description: 'The new password' }),
  },
  {
    title: 'PasswordBody',
    additionalProperties: false,
    examples: [{ current_password: examplePassword, new_password: 'nine quiet rivers bend' }],
    description:
      'If the account has a password, give `current_password`. If it has none yet, give `user_secret`, or give neither ' +
      'if you signed in recently.',
  },
)
export type PasswordBody = Static<typeof PasswordBody>

export const SecretBody = Type.Object(credentialFields, {
  title: 'SecretBody',
  additionalProperties: false,
  description:
    'If the account has a password, give `current_password`. If it has none, give `user_secret`, or give neither if ' +
    'you signed in recently.',
  examples: [{ current_password: examplePassword }],
})

export const SecretView = Type.Object(
  { user_secret: Type.String({ description: 'Shown only once' }) },
  {
    title: 'UserSecret',
    description: 'The new secret. The old one no longer works.',
    examples: [{ user_secret: exampleUserSecret }],
  },
)

const exampleUsername = 'amina.odhiambo'

export const UsernameBody = Type.Object(
  { username: identifierFields.username, ...credentialFields },
  {
    title: 'UsernameBody',
    additionalProperties: false,
    description:
      'If you did not sign in recently, also give `current_password`, or `user_secret` if the account has no password.',
    examples: [{ username: exampleUsername }],
  },
)
export type UsernameBody = Static<typeof UsernameBody>

/** The User, with the new username. */
export const RenamedView = Type.Object(userFields, {
  ...userOptions,
  examples: [{ ...exampleUser, username: exampleUsername }],
  'x-response-description': 'The User, with the new username',
})
export const renamedView = userView

export const givenCredentials = toGivenCredentials

export function toPasswordChange(body: PasswordBody): PasswordChange {
  return { ...toGivenCredentials(body), newPassword: body.new_password }
}

export function toUsernameChange(body: UsernameBody): UsernameChange {
  return { ...toGivenCredentials(body), username: body.username }
}
