import type { Account } from './account.ts'
import type { AccountId, ClientId, SessionId } from './ids.ts'
import type { Permission } from './permission.ts'

/** How and when the owner of a session proved who they are, in the terms of OpenID Connect Core §2. */
export interface Authentication {
  /** The methods (RFC 8176). */
  readonly amr: readonly string[]
  /** The time of the last proof. A refresh proves nothing (NIST SP 800-63B-4 §5.2). */
  readonly authenticatedAt: Date
}

/** The assurance level of each session today: one factor (NIST SP 800-63B-4 §2.1). */
export const singleFactorAcr = 'urn:proxima:aal1'

/** A session and its owner. */
export type OwnedSession = Pick<Bearer, 'accountId' | 'sessionId'>

/** The account, the session and the roles that a credential stands for. */
export interface Bearer {
  readonly accountId: AccountId
  readonly sessionId: SessionId
  readonly roles: readonly string[]
}

/**
 * The caller, as the database knows them at the time of the request. Every route needs it, and only sessions and tokens
 * provide it, so it is in the kernel, below both.
 */
export interface Principal extends Bearer {
  readonly account: Account
  /** What the caller may do now: the permissions of all roles together, sorted. */
  readonly permissions: readonly Permission[]
  /** The OAuth client that got the session; null if the owner signed in to Proxima itself. */
  readonly clientId: ClientId | null
  readonly authentication: Authentication
  readonly sessionEndsAt: Date
}
