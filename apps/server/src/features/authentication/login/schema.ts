import Type, { type Static } from 'typebox'
import {
  examplePassword,
  exampleUserSecret,
  passwordText,
  userSecretText,
} from '../../../platform/http/fields.ts'
import { identifierFields } from '../../users/accounts/schema.ts'
import { exampleRefreshToken, Mode } from '../sign-in/schema.ts'
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
    password: Type.String({ ...passwordText, description: 'The password of the account' }),
    mode: Type.Optional(Mode),
  },
  {
    title: 'LoginBody',
    additionalProperties: false,
    description: 'Give exactly one of identifier, username, email and phone_number.',
    examples: [{ identifier: 'amina', password: examplePassword }],
  },
)
export type LoginBody = Static<typeof LoginBody>
type GivenIdentifiers = Omit<LoginBody, 'password' | 'mode'>

export const TokenBody = Type.Object(
  {
    user_secret: Type.String({ ...userSecretText, description: 'The user secret of the account' }),
    mode: Type.Optional(Mode),
  },
  {
    title: 'TokenBody',
    additionalProperties: false,
    description: 'The secret says which account it is, so no identifier is needed.',
    examples: [{ user_secret: exampleUserSecret }],
  },
)

export type TokenBody = Static<typeof TokenBody>

const refreshToken = (description: string) => Type.String({ maxLength: refreshTokenLengthMax, description })

export const RefreshBody = Type.Object(
  { refresh_token: refreshToken('The latest refresh token of the session') },
  {
    title: 'RefreshBody',
    additionalProperties: false,
    description: 'The latest refresh token of the session',
    examples: [{ refresh_token: exampleRefreshToken }],
  },
)

export const LogoutBody = Type.Object(
  { refresh_token: Type.Optional(refreshToken('A refresh token of the session, instead of a credential')) },
  { title: 'LogoutBody', additionalProperties: false, description: 'Optional.', examples: [{}] },
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
