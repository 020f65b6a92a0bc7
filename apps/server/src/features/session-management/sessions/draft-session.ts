import { digestSecret } from '../../../platform/crypto/digests.ts'
import { randomSecret } from '../../../platform/crypto/random.ts'
import type { Sealer } from '../../../platform/crypto/sealing.ts'
import type { Write } from '../../../platform/database/prepared-write.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { newId, type SessionId } from '../../../platform/kernel/ids.ts'
import { sessionCodePrefix } from '../../../platform/kernel/session-code.ts'
import { amrOf, type NewSession, type StartedSession } from './model.ts'
import { refreshTokenOf } from './refresh-token.ts'
import type { SessionsRepository } from './repository.ts'

export interface DraftSession {
  readonly session: StartedSession
  readonly insertion: Write
}

export interface DraftOptions {
  readonly sessions: Pick<SessionsRepository, 'insertion'>
  readonly sealer: Sealer
  readonly clock: Clock
  readonly ttlSeconds: number
  /** How long a session lasts that has nothing but an access token. */
  readonly accessTokenTtlSeconds: number
}

/** Makes a session with the credentials of its client. It begins once its row is stored. */
export function draftSession(
  { accountId, methods, mode, context, client = null, lifeSecondsMax }: NewSession,
  { sessions, sealer, clock, ttlSeconds, accessTokenTtlSeconds }: DraftOptions,
): DraftSession {
  const createdAt = clock.now()
  const authentication = { amr: amrOf(methods), authenticatedAt: createdAt }
  const hasTokenOnly = mode === 'access_token' || mode === 'contract_token'
  const usualSeconds = hasTokenOnly ? accessTokenTtlSeconds : ttlSeconds
  const lifeSeconds = lifeSecondsMax === undefined ? usualSeconds : Math.min(ttlSeconds, lifeSecondsMax)
  const expiresAt = new Date(createdAt.getTime() + lifeSeconds * 1_000)
  const id = newId<SessionId>()
  const { ipAddress, userAgent } = context
  const times = { createdAt, lastSeenAt: createdAt, expiresAt }
  const session = { id, accountId, authentication, ipAddress, userAgent, ...times }
  if (hasTokenOnly)
    return {
      session: { id, authentication, expiresAt, code: null, refreshToken: null },
      insertion: sessions.insertion(session, { client, codeDigest: null, refreshKeySealed: null }),
    }
  if (mode === 'token') {
    const key = randomSecret('')
    const refreshKeySealed = sealer.seal(key, sealingContext(id))
    const refreshToken = refreshTokenOf(key, id, 0)
    return {
      session: { id, authentication, expiresAt, code: null, refreshToken },
      insertion: sessions.insertion(session, { client, codeDigest: null, refreshKeySealed }),
    }
  }
  const code = randomSecret(sessionCodePrefix)
  return {
    session: { id, authentication, expiresAt, code, refreshToken: null },
    insertion: sessions.insertion(session, {
      client,
      codeDigest: digestSecret(code),
      refreshKeySealed: null,
    }),
  }
}

export function sealingContext(id: SessionId) {
  return { purpose: 'sessions.refresh_key', id }
}
