import type { AccountId, SessionId } from '../../../platform/kernel/ids.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'

/** What proved who signed in. */
export type SignInMethod = 'password' | 'user_secret'

/** What signs the client in from then on. */
export type SessionMode = 'token' | 'code' | 'cookie'

export interface NewSession {
  readonly accountId: AccountId
  readonly method: SignInMethod
  readonly mode: SessionMode
  readonly context: RequestContext
}

export interface Session {
  readonly id: SessionId
  readonly accountId: AccountId
  readonly method: SignInMethod
  /** Null if no network request has started it. */
  readonly ipAddress: string | null
  readonly userAgent: string | null
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
}

/** Those that come behind `before`. */
export interface Page {
  readonly before: SessionId | null
  readonly limit: number
}

/** A session and what its client is given, shown this once. */
export interface StartedSession {
  readonly id: SessionId
  readonly expiresAt: Date
  readonly refreshToken: string | null
  readonly code: string | null
}

/** The refresh tokens of one session: each but the last has been replaced by the next. */
export interface RefreshFamily {
  /** Whoever refreshes, as they are now. */
  readonly principal: Principal
  readonly expiresAt: Date
  readonly keySealed: string
  /** Of the last token. */
  readonly generation: number
  /** When the tokens before the last were replaced, the latest first; only as far back as it matters. */
  readonly replacedAt: readonly number[]
}

/** Many more than a client can need within the grace window, so that what is stored has an end. */
const replacedMax = 12

/**
 * What becomes of a token that comes back: it is the last one; or it was replaced a moment ago, by a lost answer or
 * another tab; or somebody uses it who should not have it (RFC 9700 §4.14.2).
 */
export function judgeRefresh(
  { generation, replacedAt }: RefreshFamily,
  presented: number,
  { now, graceSeconds }: { now: Date; graceSeconds: number },
): 'current' | 'repeated' | 'reused' | 'unknown' {
  if (presented > generation) return 'unknown'
  if (presented === generation) return 'current'
  const replaced = replacedAt[generation - 1 - presented]
  if (replaced === undefined) return 'reused'
  return now.getTime() - replaced < graceSeconds * 1_000 ? 'repeated' : 'reused'
}

/** The times of replacement once the last token is replaced too. */
export function afterReplacement(
  { replacedAt }: RefreshFamily,
  { now, graceSeconds }: { now: Date; graceSeconds: number },
): number[] {
  const sinceMs = now.getTime() - graceSeconds * 1_000
  return [now.getTime(), ...replacedAt.filter((at) => at > sinceMs)].slice(0, replacedMax)
}
