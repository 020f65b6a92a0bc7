import Type, { type Static } from 'typebox'
import { Nullable, passwordText, Text, Uuid, userSecretText } from '../../../platform/http/fields.ts'
import { identifierFields, UserView, userView } from '../../users/accounts/schema.ts'
import type { PasswordLogin, Restoration, SecretLogin, SignedIn } from './model.ts'

const Mode = Type.Enum(['token', 'code', 'cookie'], {
  description:
    'What signs the client in from now on: an access token and a refresh token, an opaque session code, or a cookie ' +
    'for browsers on the same origin that holds such a code',
})
const refreshTokenLengthMax = 200

export const LoginBody = Type.Object(
  {
    identifier: Type.Optional(Type.String({ maxLength: 400, description: 'Any of the three' })),
    username: Type.Optional(identifierFields.username),
    email: Type.Optional(identifierFields.email),
    phone_number: Type.Optional(identifierFields.phone_number),
    password: Type.String(passwordText),
    mode: Type.Optional(Mode),
  },
  { additionalProperties: false, description: 'One of identifier, username, email and phone_number.' },
)
export type LoginBody = Static<typeof LoginBody>
type GivenIdentifiers = Omit<LoginBody, 'password' | 'mode'>

export const TokenBody = Type.Object(
  { user_secret: Type.String(userSecretText), mode: Type.Optional(Mode) },
  { additionalProperties: false },
)

export type TokenBody = Static<typeof TokenBody>

export const RestoreBody = Type.Object(
  {
    ...LoginBody.properties,
    password: Type.Optional(LoginBody.properties.password),
    user_secret: Type.Optional(TokenBody.properties.user_secret),
  },
  {
    additionalProperties: false,
    description: 'A password with one of identifier, username, email and phone_number; or a user_secret.',
  },
)
export type RestoreBody = Static<typeof RestoreBody>

export const RefreshBody = Type.Object(
  { refresh_token: Type.String({ maxLength: refreshTokenLengthMax }) },
  { additionalProperties: false },
)

export const LogoutBody = Type.Object(
  { refresh_token: Type.Optional(Type.String({ maxLength: refreshTokenLengthMax })) },
  { additionalProperties: false, description: 'May be left out.' },
)

export const LoginView = Type.Object(
  {
    access_token: Text,
    token_type: Type.Literal('bearer'),
    expires_in: Nullable(Type.Integer({ description: 'Seconds that the access token lasts' })),
    refresh_token: Text,
    session_code: Text,
    session_id: Uuid,
    user: UserView,
  },
  { description: 'Signed in; what the mode does not give is null' },
)
export type LoginView = Static<typeof LoginView>

export function toPasswordLogin({ password, mode = 'token', ...given }: LoginBody): PasswordLogin {
  return { identifiers: identifiersIn(given), password, mode }
}

export function toRestoration({
  password,
  user_secret: userSecret,
  mode = 'token',
  ...given
}: RestoreBody): Restoration {
  return { identifiers: identifiersIn(given), password, userSecret, mode }
}

function identifiersIn({ identifier, username, email, phone_number }: GivenIdentifiers) {
  const given = { any: identifier, username, email, phone_number }
  return (['any', 'username', 'email', 'phone_number'] as const).flatMap((kind) => {
    const text = given[kind]
    return text === undefined ? [] : [{ kind, text }]
  })
}

export function toSecretLogin({ user_secret: userSecret, mode = 'token' }: TokenBody): SecretLogin {
  return { userSecret, mode }
}

export function loginView({ account, roles, session, accessToken }: SignedIn): LoginView {
  return {
    access_token: accessToken?.token ?? null,
    token_type: 'bearer',
    expires_in: accessToken?.expiresInSeconds ?? null,
    refresh_token: session.refreshToken,
    session_code: session.code,
    session_id: session.id,
    user: userView(account, roles),
  }
}
