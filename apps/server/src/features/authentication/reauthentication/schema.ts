import Type from 'typebox'

/** Code points as typed; in its normal form a password has a quarter of them at most (A44). */
const passwordTextMax = 1_024
const userSecretLengthMax = 200

/** What proves the caller anew, in the body of whatever asks for it. */
export const proofFields = {
  current_password: Type.String({ maxLength: passwordTextMax, description: 'Of the account that calls' }),
  user_secret: Type.String({ maxLength: userSecretLengthMax, description: 'Of the account that calls' }),
}
