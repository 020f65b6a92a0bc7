import Type, { type Static } from 'typebox'
import { Nullable, Page, Text, Time, Uuid } from '../../../platform/http/fields.ts'
import { deviceOf } from '../../../platform/kernel/device.ts'
import type { SessionId } from '../../../platform/kernel/ids.ts'
import { singleFactorAcr } from '../../../platform/kernel/principal.ts'
import type { Session } from './model.ts'

export const SessionView = Type.Object({
  id: Uuid,
  device: Nullable(Type.String({ description: 'Such as "Firefox on Linux"' })),
  user_agent: Text,
  address: Type.String({ description: 'The address of the client that signed in' }),
  amr: Type.Array(Type.String(), { description: 'The methods with which the owner signed in (RFC 8176)' }),
  acr: Type.String({ description: 'The level of assurance: `urn:proxima:aal1` for one factor' }),
  auth_time: Time,
  created_at: Time,
  last_seen_at: Type.String({ format: 'date-time', description: 'Accurate to the minute' }),
  expires_at: Time,
  current: Type.Boolean({ description: 'True for the session of this request' }),
})
export type SessionView = Static<typeof SessionView>

export const SessionsView = Page(SessionView, { description: 'A page of sessions' })

export const SessionParams = Type.Object({ id: Type.String({ maxLength: 100 }) })

export function sessionView(session: Session, current: SessionId): SessionView {
  const { id, ipAddress, userAgent, authentication, createdAt, lastSeenAt, expiresAt } = session
  return {
    id,
    device: deviceOf(userAgent),
    user_agent: userAgent,
    address: ipAddress ?? '',
    amr: [...authentication.amr],
    acr: singleFactorAcr,
    auth_time: authentication.authenticatedAt.toISOString(),
    created_at: createdAt.toISOString(),
    last_seen_at: lastSeenAt.toISOString(),
    expires_at: expiresAt.toISOString(),
    current: id === current,
  }
}
