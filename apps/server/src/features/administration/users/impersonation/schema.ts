import Type, { type Static } from 'typebox'
import {
  exampleAccessToken,
  exampleId,
  exampleTime,
  Nullable,
  Text,
  Time,
  Uuid,
} from '../../../../platform/http/fields.ts'
import { type Impersonation, reasonLengthMax } from './model.ts'

export const ImpersonationBody = Type.Object(
  {
    reason: Type.String({
      minLength: 3,
      maxLength: reasonLengthMax,
      description: 'Why, such as the number of a ticket; stored in the audit trail',
    }),
    mode: Type.Optional(
      Type.Enum(['token', 'cookie'], {
        description:
          '`token` (default) returns an access token; `cookie` sets the session cookie of the pages in place of your own',
      }),
    ),
  },
  {
    title: 'ImpersonationBody',
    description: 'Why the administrator sees the account, and what they get',
    additionalProperties: false,
    examples: [{ reason: 'Ticket 4711: the owner cannot find their sessions' }],
  },
)

export const ImpersonationView = Type.Object(
  {
    user_id: Uuid('The account that you see'),
    session_id: Uuid('The id of the session'),
    expires_at: Time('When it ends by itself'),
    access_token: Text('The access token; null if the cookie takes its place'),
    expires_in: Nullable(Type.Integer({ description: 'How long the token works, in seconds' }), {
      description: 'How long the token works, in seconds; null without a token',
    }),
  },
  {
    title: 'Impersonation',
    description: 'A session in which an administrator sees an account as its owner does',
    examples: [
      {
        user_id: exampleId,
        session_id: exampleId,
        expires_at: exampleTime,
        access_token: exampleAccessToken,
        expires_in: 900,
      },
    ],
  },
)

export function impersonationView({
  accessToken,
  account,
  session,
}: Impersonation): Static<typeof ImpersonationView> {
  return {
    user_id: account.id,
    session_id: session.id,
    expires_at: session.expiresAt.toISOString(),
    access_token: accessToken?.token ?? null,
    expires_in: accessToken?.expiresInSeconds ?? null,
  }
}
