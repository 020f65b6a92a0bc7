import Type, { type Static } from 'typebox'
import { Nullable, Page, Text, Time, Uuid } from '../../../platform/http/fields.ts'
import type { SessionId } from '../../../platform/kernel/ids.ts'
import { deviceOf } from './device.ts'
import type { Session } from './model.ts'

export const SessionView = Type.Object({
  id: Uuid,
  device: Nullable(Type.String({ description: 'Such as "Firefox on Linux"' })),
  user_agent: Text,
  address: Type.String({ description: 'From where the session was begun' }),
  amr: Type.Array(Type.String(), { description: 'How its owner was authenticated (RFC 8176)' }),
  auth_time: Time,
  created_at: Time,
  last_seen_at: Type.String({ format: 'date-time', description: 'To the minute' }),
  expires_at: Time,
  current: Type.Boolean({ description: 'Whether this request belongs to it' }),
})
export type SessionView = Static<typeof SessionView>

export const SessionsView = Page(SessionView, { description: 'A page of sessions' })

export const SessionParams = Type.Object({ id: Type.String({ maxLength: 100 }) })

export function sessionView(session: Session, current: SessionId): SessionView {
  const { id, ipAddress, userAgent, method, createdAt, lastSeenAt, expiresAt } = session
  return {
    id,
    device: deviceOf(userAgent),
    user_agent: userAgent,
    address: ipAddress ?? '',
    amr: [method === 'password' ? 'pwd' : method],
    auth_time: createdAt.toISOString(),
    created_at: createdAt.toISOString(),
    last_seen_at: lastSeenAt.toISOString(),
    expires_at: expiresAt.toISOString(),
    current: id === current,
  }
}
