import Type, { type Static } from 'typebox'
import {
  exampleAccessToken,
  exampleId,
  exampleTime,
  Page,
  Text,
  Time,
  Uuid,
} from '../../../platform/http/fields.ts'
import { deviceOf } from '../../../platform/kernel/device.ts'
import type { SessionId } from '../../../platform/kernel/ids.ts'
import { acrOf, singleFactorAcr } from '../../../platform/kernel/principal.ts'
import type { Session } from './model.ts'

const fields = {
  id: Uuid('The id of the session, which access tokens carry as `sid`'),
  device: Text('The browser and the system, such as "Firefox on Linux"; null if they are unknown'),
  user_agent: Text('The header User-Agent of the sign-in'),
  address: Type.String({ description: 'The address of the client that signed in' }),
  amr: Type.Array(Type.String(), { description: 'The methods with which the owner signed in (RFC 8176)' }),
  acr: Type.String({
    description:
      'The level of assurance: `urn:proxima:aal1` for one factor, `urn:proxima:aal2` for two, `phr` for a passkey',
  }),
  auth_time: Time('When the owner last proved their identity'),
  created_at: Time('When the owner signed in'),
  last_seen_at: Time('When the session was last used, accurate to the minute'),
  expires_at: Time('When the session ends, if its owner does not sign out before'),
  current: Type.Boolean({ description: 'True for the session of this request' }),
}

export const exampleSession = {
  id: exampleId,
  device: 'Firefox on Linux',
  user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  address: '192.0.2.17',
  amr: ['pwd'],
  acr: singleFactorAcr,
  auth_time: exampleTime,
  created_at: exampleTime,
  last_seen_at: exampleTime,
  expires_at: '2026-12-21T09:30:00.000Z',
  current: true,
}

export const SessionView = Type.Object(fields, {
  title: 'Session',
  description: 'One sign-in of a user',
  examples: [exampleSession],
})
export type SessionView = Static<typeof SessionView>

export const SessionsView = Page(SessionView, {
  title: 'SessionPage',
  description: 'A page of sessions, newest first',
  examples: [{ data: [exampleSession], next_cursor: null }],
})

export const AccessTokenView = Type.Object(
  {
    access_token: Type.String({ description: 'A signed JWT (RFC 9068)' }),
    token_type: Type.Literal('bearer', { description: 'How to send it: `Authorization: Bearer`' }),
    expires_in: Type.Integer({ description: 'How long it is valid, in seconds' }),
  },
  {
    title: 'AccessToken',
    description: 'A new access token of the session',
    examples: [{ access_token: exampleAccessToken, token_type: 'bearer', expires_in: 900 }],
  },
)
export type AccessTokenView = Static<typeof AccessTokenView>

export const SessionParams = Type.Object({
  id: Type.String({ maxLength: 100, description: 'The id of the session', examples: [exampleId] }),
})

/** @param current the session of the caller; null without one */
export function sessionView(session: Session, current: SessionId | null): SessionView {
  const { id, ipAddress, userAgent, authentication, createdAt, lastSeenAt, expiresAt } = session
  return {
    id,
    device: deviceOf(userAgent),
    user_agent: userAgent,
    address: ipAddress ?? '',
    amr: [...authentication.amr],
    acr: acrOf(authentication.amr),
    auth_time: authentication.authenticatedAt.toISOString(),
    created_at: createdAt.toISOString(),
    last_seen_at: lastSeenAt.toISOString(),
    expires_at: expiresAt.toISOString(),
    current: id === current,
  }
}
