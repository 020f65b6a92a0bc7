import Type from 'typebox'
import { exampleId, exampleTime } from '../../../../platform/http/fields.ts'
import type { NumberedRevocation } from '../model.ts'
import type { FeedEvent } from './model.ts'

export const exampleStream = `id: 41
event: revocation
data: {"kind":"session","session_id":"${exampleId}","account_id":"${exampleId}","role":null,"kid":null,"revoked_at":"${exampleTime}","expires_at":"${exampleTime}"}

id: 42
event: ready
data: {}

id: 42
event: heartbeat
data: {}

`

export const RevocationStream = {
  description: 'Server-sent events, until the connection ends',
  headers: {},
  content: {
    'text/event-stream': { schema: Type.String({ format: 'binary' }), example: exampleStream },
  },
}

/** The event as text (WHATWG HTML §9.2.6). The id is what the client sends as `Last-Event-ID` when it comes back. */
export function eventText({ kind, completeTo, revocations }: FeedEvent): string {
  const last = revocations.length - 1
  const texts = revocations.map((revocation, index) =>
    textOf('revocation', index === last ? completeTo : revocation.batch - 1, revocationView(revocation)),
  )
  return kind === 'revocations' ? texts.join('') : textOf(kind, completeTo, {})
}

function textOf(event: string, id: number, data: object): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

function revocationView({ kind, sessionId, accountId, role, kid, revokedAt, expiresAt }: NumberedRevocation) {
  return {
    kind,
    session_id: sessionId,
    account_id: accountId,
    role,
    kid,
    revoked_at: revokedAt.toISOString(),
    expires_at: expiresAt.toISOString(),
  }
}
