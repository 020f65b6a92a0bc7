import type { AccountId, SessionId } from '../../../platform/kernel/ids.ts'
import type { Authentication, Principal } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'

/** A way to prove one's identity, under its name in the audit trail. */
export type AuthenticationMethod = 'password' | 'user_secret'

/** The values of RFC 8176 §2. A method that has no value there keeps its own name. */
const amrValues: Readonly<Record<AuthenticationMethod, string>> = {
  password: 'pwd',
  user_secret: 'user_secret',
}

export function amrOf(methods: readonly AuthenticationMethod[]): string[] {
  return methods.map((method) => amrValues[method])
}

/** The kind of credential that the client sends after the sign-in. */
export type SessionMode = 'token' | 'code' | 'cookie'

export interface NewSession {
  readonly accountId: AccountId
  readonly methods: readonly AuthenticationMethod[]
  readonly mode: SessionMode
  readonly context: RequestContext
}

export interface Session {
  readonly id: SessionId
  readonly accountId: AccountId
  readonly authentication: Authentication
  /** Null if no network request has started it. */
  readonly ipAddress: string | null
  readonly userAgent: string | null
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
}

/** A page of sessions that are older than `before`. */
export interface Page {
  readonly before: SessionId | null
  readonly limit: number
}

/** A session, and the credentials that its client gets. They are shown only once. */
export interface StartedSession {
  readonly id: SessionId
  readonly authentication: Authentication
  readonly expiresAt: Date
  readonly refreshToken: string | null
  readonly code: string | null
}

/**
 * The result of a refresh in an active session. `replaced`: the token is replaced by the next one. `repeated`: it was
 * replaced a moment ago and gets the same next token again. `reused`: someone uses it who should not have it (RFC 9700
 * §4.14.2).
 */
export type RefreshOutcome =
  | {
      readonly kind: 'replaced' | 'repeated'
      readonly principal: Principal
      readonly refreshToken: string
    }
  | { readonly kind: 'reused'; readonly principal: Principal }

/** The moment at which a session must be usable: neither past its end nor idle for too long. */
export interface Moment {
  readonly now: Date
  /** A session that was last seen before this is over. */
  readonly idleSince: Date
  /** A session whose end is later is over too. */
  readonly latestEnd: Date
}

/** The refresh tokens of one session. All except the last have been replaced. */
export interface RefreshFamily {
  /** The owner of the session, with their current roles. */
  readonly principal: Principal
  readonly lastSeenAt: Date
  readonly keySealed: string
  /** The number of the last token. */
  readonly generation: number
  /** When the earlier tokens were replaced, the latest first. Goes back only as far as the grace window. */
  readonly replacedAt: readonly number[]
}
