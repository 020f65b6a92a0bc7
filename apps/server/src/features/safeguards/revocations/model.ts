import type { AccountId, RevocationId, SessionId } from '../../../platform/kernel/ids.ts'

/**
 * `session`: the credentials of the session are no longer valid. `account`: the account may no longer sign in.
 * `roles`: earlier tokens of the account contain roles that it no longer has. `role`: the role permits other things
 * than it did when earlier tokens that contain it were issued. `key`: tokens that the key has signed are no longer
 * valid.
 */
export const revocationKinds = ['session', 'account', 'roles', 'role', 'key'] as const
export type RevocationKind = (typeof revocationKinds)[number]

/** A reason for other services to reject access tokens that have not expired. */
export interface Revocation {
  /** Sorts by creation time. */
  readonly id: RevocationId
  readonly kind: RevocationKind
  /** Null after the account was erased, and if a role or a key was revoked. */
  readonly accountId: AccountId | null
  /** Null unless a session was revoked. */
  readonly sessionId: SessionId | null
  /** Null unless a role was revoked. */
  readonly role: string | null
  /** Null unless a signing key was withdrawn. */
  readonly kid: string | null
  readonly revokedAt: Date
  /** By this time, every access token that it concerns has expired. */
  readonly expiresAt: Date
}

/** A revocation that the feed has numbered. */
export interface NumberedRevocation extends Revocation {
  /** The revocations that were committed since the last numbering share a number; a later one has a higher number. */
  readonly batch: number
}
