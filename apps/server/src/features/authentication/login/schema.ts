import Type, { type Static } from 'typebox'
import { passwordText, userSecretText } from '../../../platform/http/fields.ts'
import { identifierFields } from '../../users/accounts/schema.ts'
import { Mode } from '../sign-in/schema.ts'
import type { GivenIdentifier, PasswordLogin, SecretLogin } from './model.ts'

const refreshTokenLengthMax = 200

export const LoginBody = Type.Object(
  {
    identifier: Type.Optional(
      Type.String({ maxLength: 400, description: 'A username, an email address or a phone number' }),
    ),
    username: Type.Optional(identifierFields.username),
    email: Type.Optional(identifierFields.email),
    phone_number: Type.Optional(identifierFields.phone_number),
    password: Type.String(passwordText),
    mode: Type.Optional(Mode),
  },
  {
    additionalProperties: false,
    description: 'Give exactly one of identifier, username, email and phone_number.',
  },
)
export type LoginBody = Static<typeof LoginBody>
type GivenIdentifiers = Omit<LoginBody, 'password' | 'mode'>

export const TokenBody = Type.Object(
  { user_secret: Type.String(userSecretText), mode: Type.Optional(Mode) },
  { additionalProperties: false },
)

export type TokenBody = Static<typeof TokenBody>

export const RefreshBody = Type.Object(
  { refresh_token: Type.String({ maxLength: refreshTokenLengthMax }) },
  { additionalProperties: false },
)

export const LogoutBody = Type.Object(
  { refresh_token: Type.Optional(Type.String({ maxLength: refreshTokenLengthMax })) },
  { additionalProperties: false, description: 'Optional.' },
)

export function toPasswordLogin({ password, mode = 'token', ...given }: LoginBody): PasswordLogin {
  return { identifiers: identifiersIn(given), password, mode }
}

export function identifiersIn({
  identifier,
  username,
  email,
  phone_number,
}: GivenIdentifiers): GivenIdentifier[] {
  const given = { any: identifier, username, email, phone_number }
  return (['any', 'username', 'email', 'phone_number'] as const).flatMap((kind) => {
    const text = given[kind]
    return text === undefined ? [] : [{ kind, text }]
  })
}

export function toSecretLogin({ user_secret: userSecret, mode = 'token' }: TokenBody): SecretLogin {
  return { userSecret, mode }
}
