import Type, { type Static } from 'typebox'
import { identifierFields, UserView, userView } from '../accounts/schema.ts'
import type { PasswordLogin, SignedIn } from './model.ts'

const Mode = Type.Enum(['token'], { description: 'What signs the client in from now on' })
/** Code points as typed; in its normal form a password has a quarter of them at most (A44). */
const passwordTextMax = 1_024
const userSecretLengthMax = 200

export const LoginBody = Type.Object(
  {
    identifier: Type.Optional(Type.String({ maxLength: 400, description: 'Any of the three' })),
    username: Type.Optional(identifierFields.username),
    email: Type.Optional(identifierFields.email),
    phone_number: Type.Optional(identifierFields.phone_number),
    password: Type.String({ maxLength: passwordTextMax }),
    mode: Type.Optional(Mode),
  },
  { additionalProperties: false, description: 'One of identifier, username, email and phone_number.' },
)
export type LoginBody = Static<typeof LoginBody>

export const TokenBody = Type.Object(
  { user_secret: Type.String({ maxLength: userSecretLengthMax }), mode: Type.Optional(Mode) },
  { additionalProperties: false },
)

export const LoginView = Type.Object(
  {
    access_token: Type.String(),
    token_type: Type.Literal('bearer'),
    expires_in: Type.Integer({ description: 'Seconds' }),
    refresh_token: Type.Null(),
    session_code: Type.Null(),
    session_id: Type.String({ format: 'uuid' }),
    user: UserView,
  },
  { description: 'Signed in; what the mode does not give is null' },
)
export type LoginView = Static<typeof LoginView>

export function toPasswordLogin({
  identifier,
  username,
  email,
  phone_number,
  password,
}: LoginBody): PasswordLogin {
  const given = { any: identifier, username, email, phone_number }
  const identifiers = (['any', 'username', 'email', 'phone_number'] as const).flatMap((kind) => {
    const text = given[kind]
    return text === undefined ? [] : [{ kind, text }]
  })
  return { identifiers, password }
}

export function loginView({ account, roles, sessionId, accessToken, expiresInSeconds }: SignedIn): LoginView {
  return {
    access_token: accessToken,
    token_type: 'bearer',
    expires_in: expiresInSeconds,
    refresh_token: null,
    session_code: null,
    session_id: sessionId,
    user: userView(account, roles),
  }
}
