import type { AccountId, RevocationId, SessionId } from '../../../platform/kernel/ids.ts'

/**
 * `session`: no credential of the session is valid any more. `account`: the account may not sign in any more.
 * `roles`: tokens of the account that were issued before carry roles that it no longer has.
 */
export type RevocationKind = 'session' | 'account' | 'roles'

/** What another service must stop accepting although an access token that it holds has not expired. */
export interface Revocation {
  /** Sorts by the time at which it was made. */
  readonly id: RevocationId
  readonly kind: RevocationKind
  /** Null after the account was erased. */
  readonly accountId: AccountId | null
  /** Null unless a session was revoked. */
  readonly sessionId: SessionId | null
  readonly revokedAt: Date
  /** From then on every access token that it concerns has expired. */
  readonly expiresAt: Date
}

/** By how much the clock of another server may be behind: it accepts a token for so much longer (RFC 7519 §4.1.4). */
export const clockToleranceSeconds = 60
