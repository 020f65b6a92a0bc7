import { digestSecret } from '../../../platform/crypto/digests.ts'
import { randomSecret } from '../../../platform/crypto/random.ts'
import type { Sealer } from '../../../platform/crypto/sealing.ts'
import type { Write } from '../../../platform/database/prepared-write.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { newId, type SessionId } from '../../../platform/kernel/ids.ts'
import type { FactorStatus } from '../../../platform/kernel/principal.ts'
import { enrolmentPrefix, sessionCodePrefix } from '../../../platform/kernel/session-code.ts'
import { type NewSession, renewedProofs, type SessionProofs, type StartedSession } from './model.ts'
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

const noProofs: SessionProofs = { amr: [], authenticatedAt: new Date(0), secondFactorAt: null }

/** Makes a session with the credentials of its client. It begins once its row is stored. */
export function draftSession(
  {
    accountId,
    methods,
    mode,
    context,
    client = null,
    lifeSecondsMax,
    endsAtMax,
    impersonator = null,
    earlier,
    inherited,
  }: NewSession,
  { sessions, sealer, clock, ttlSeconds, accessTokenTtlSeconds }: DraftOptions,
): DraftSession {
  const createdAt = clock.now()
  const proofs = inherited ?? renewedProofs(earlier ?? noProofs, methods, createdAt)
  const { amr, authenticatedAt, secondFactorAt } = proofs
  const authentication = { amr, authenticatedAt }
  const hasTokenOnly = mode === 'access_token' || mode === 'contract_token'
  const usualSeconds = hasTokenOnly ? accessTokenTtlSeconds : ttlSeconds
  const lifeSeconds = lifeSecondsMax === undefined ? usualSeconds : Math.min(ttlSeconds, lifeSecondsMax)
  const lifeEndsMs = createdAt.getTime() + lifeSeconds * 1_000
  const expiresAt = new Date(Math.min(lifeEndsMs, endsAtMax?.getTime() ?? lifeEndsMs))
  const id = newId<SessionId>()
  const { ipAddress, userAgent } = context
  const times = { createdAt, lastSeenAt: createdAt, expiresAt }
  const origin = { client, impersonator }
  const factorStatus: FactorStatus | null = mode === 'enrolment' ? 'enrolment' : null
  const session = {
    id,
    accountId,
    authentication,
    secondFactorAt,
    factorStatus,
    ipAddress,
    userAgent,
    ...times,
  }
  if (hasTokenOnly)
    return {
      session: { id, authentication, expiresAt, code: null, refreshToken: null },
      insertion: sessions.insertion(session, { ...origin, codeDigest: null, refreshKeySealed: null }),
    }
  if (mode === 'token') {
    const key = randomSecret('')
    const refreshKeySealed = sealer.seal(key, sealingContext(id))
    const refreshToken = refreshTokenOf(key, id, 0)
    return {
      session: { id, authentication, expiresAt, code: null, refreshToken },
      insertion: sessions.insertion(session, { ...origin, codeDigest: null, refreshKeySealed }),
    }
  }
  const code = randomSecret(mode === 'enrolment' ? enrolmentPrefix : sessionCodePrefix)
  return {
    session: { id, authentication, expiresAt, code, refreshToken: null },
    insertion: sessions.insertion(session, {
      ...origin,
      codeDigest: digestSecret(code),
      refreshKeySealed: null,
    }),
  }
}

export function sealingContext(id: SessionId) {
  return { purpose: 'sessions.refresh_key', id }
}
