import Type, { type Static } from 'typebox'
import { exampleAccessToken, exampleId, Nullable, Text, Uuid } from '../../../platform/http/fields.ts'
import { exampleUser, UserView, userView } from '../../users/accounts/schema.ts'
import type { SignedIn } from './model.ts'

export const Mode = Type.Enum(['token', 'code', 'cookie'], {
  title: 'Mode',
  description:
    'What the client gets: an access token and a refresh token (`token`), an opaque session code (`code`), or a cookie ' +
    'with a session code, for browsers on the same origin (`cookie`)',
})

/** In examples. The server does not know it. */
export const exampleRefreshToken = 'pxr_AaH8QHaWcTkZ3mV9bN1xC7sD4fG6hJ0kL2pQ5rT8wY'

export const LoginView = Type.Object(
  {
    access_token: Text('The access token, in mode `token`'),
    token_type: Type.Literal('bearer', {
      description: 'How to send the credential: in the header `Authorization` (RFC 6750)',
    }),
    expires_in: Nullable(Type.Integer({ description: 'How long the access token is valid, in seconds' })),
    refresh_token: Text('The refresh token, in mode `token`. Each one is used once.'),
    session_code: Text('The session code, in mode `code`'),
    session_id: Uuid('The id of the new session'),
    user: UserView,
  },
  {
    title: 'Login',
    description: 'The user is signed in. Fields that the mode does not use are null.',
    examples: [
      {
        access_token: exampleAccessToken,
        token_type: 'bearer',
        expires_in: 900,
        refresh_token: exampleRefreshToken,
        session_code: null,
        session_id: exampleId,
        user: exampleUser,
      },
    ],
  },
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
