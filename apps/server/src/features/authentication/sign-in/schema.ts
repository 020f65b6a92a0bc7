import Type, { type Static } from 'typebox'
import { Nullable, Text, Uuid } from '../../../platform/http/fields.ts'
import { UserView, userView } from '../../users/accounts/schema.ts'
import type { SignedIn } from './model.ts'

export const Mode = Type.Enum(['token', 'code', 'cookie'], {
  description:
    'What the client gets: an access token and a refresh token (`token`), an opaque session code (`code`), or a cookie ' +
    'with a session code, for browsers on the same origin (`cookie`)',
})

export const LoginView = Type.Object(
  {
    access_token: Text,
    token_type: Type.Literal('bearer'),
    expires_in: Nullable(Type.Integer({ description: 'How long the access token is valid, in seconds' })),
    refresh_token: Text,
    session_code: Text,
    session_id: Uuid,
    user: UserView,
  },
  { description: 'The user is signed in. Fields that the mode does not use are null.' },
)
export type LoginView = Static<typeof LoginView>

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
