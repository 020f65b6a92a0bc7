import Type from 'typebox'
import { passwordText, userSecretText } from '../../../platform/http/fields.ts'

/** What proves the caller anew, in the body of whatever asks for it. */
export const credentialFields = {
  current_password: Type.String({ ...passwordText, description: 'Of the account that calls' }),
  user_secret: Type.String({ ...userSecretText, description: 'Of the account that calls' }),
}
