import Type from 'typebox'
import { passwordText, userSecretText } from '../../../platform/http/fields.ts'
import type { GivenCredentials } from './model.ts'

/** The credentials in the body of a call that asks for reauthentication: one of them, or neither if that is enough. */
export const credentialFields = {
  current_password: Type.Optional(
    Type.String({ ...passwordText, description: 'The current password of the account' }),
  ),
  user_secret: Type.Optional(
    Type.String({
      ...userSecretText,
      description: 'The user secret of the account. Only for an account without a password.',
    }),
  ),
}

interface CredentialFields {
  readonly current_password?: string
  readonly user_secret?: string
}

export function toGivenCredentials({ current_password, user_secret }: CredentialFields): GivenCredentials {
  return {
    ...(current_password !== undefined && { currentPassword: current_password }),
    ...(user_secret !== undefined && { userSecret: user_secret }),
  }
}
