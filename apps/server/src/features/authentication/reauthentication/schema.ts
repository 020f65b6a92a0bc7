import Type from 'typebox'
import { passwordText, userSecretText } from '../../../platform/http/fields.ts'

/** The credentials in the body of a call that asks for reauthentication. */
export const credentialFields = {
  current_password: Type.String({ ...passwordText, description: 'The current password of the account' }),
  user_secret: Type.String({ ...userSecretText, description: 'The user secret of the account' }),
}
