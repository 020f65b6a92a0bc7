import Type, { type Static } from 'typebox'
import { examplePassword, passwordText, userSecretText } from '../../../platform/http/fields.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import { factorField, toGivenFactor } from '../../authenticators/factors/schema.ts'
import { PasskeyOptionsView } from '../../authenticators/passkeys/schema.ts'
import type { GivenCredentials, GivenProof } from './model.ts'

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

export const ReauthenticationBody = Type.Object(
  {
    ...credentialFields,
    factor: Type.Optional(factorField.factor),
    code: factorField.code,
    response: factorField.response,
  },
  {
    title: 'ReauthenticationBody',
    additionalProperties: false,
    description: 'Give exactly one of current_password, user_secret, and factor with code or response.',
    examples: [{ current_password: examplePassword }],
  },
)
export type ReauthenticationBody = Static<typeof ReauthenticationBody>

/** @throws `validation_failed` if a factor has no code or response, or these no factor */
export function toGivenProof({ factor, code, response, ...credentials }: ReauthenticationBody): GivenProof {
  const given = toGivenCredentials(credentials)
  if (factor !== undefined)
    return {
      ...given,
      factor: toGivenFactor({
        factor,
        ...(code !== undefined && { code }),
        ...(response !== undefined && { response }),
      }),
    }
  if (code === undefined && response === undefined) return given
  const detail = 'A second factor needs its kind (factor) too.'
  throw invalidFields({ pointer: '/factor', code: 'required', detail })
}

export const FactorOptionsView = PasskeyOptionsView
