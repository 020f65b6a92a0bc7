import type { Account } from './account.ts'
import type { AccountId, ApiKeyId, ClientId, SessionId } from './ids.ts'
import type { Permission } from './permission.ts'

/** How and when the owner of a session proved who they are, in the terms of OpenID Connect Core §2. */
export interface Authentication {
  /** The methods (RFC 8176). */
  readonly amr: readonly string[]
  /** The time of the last proof. A refresh proves nothing (NIST SP 800-63B-4 §5.2). */
  readonly authenticatedAt: Date
}

/** One factor (NIST SP 800-63B-4 §2.1). */
export const singleFactorAcr = 'urn:proxima:aal1'
/** Two factors (NIST SP 800-63B-4 §2.2). */
export const multiFactorAcr = 'urn:proxima:aal2'
/** A key that a phishing page cannot use, and that its owner unlocks (OpenID Connect EAP ACR Values §2). */
export const phishingResistantAcr = 'phr'

/** The assurance levels, the weakest first. */
export const acrValues = [singleFactorAcr, multiFactorAcr, phishingResistantAcr] as const

/** The values of RFC 8176 for a key that the owner holds. */
const keys: readonly string[] = ['hwk', 'swk']

/** The assurance level of a session, from its methods. */
export function acrOf(amr: readonly string[]): string {
  if (amr.includes('user') && amr.some((method) => keys.includes(method))) return phishingResistantAcr
  return amr.includes('mfa') ? multiFactorAcr : singleFactorAcr
}

/** `enrolment`: the session has no second factor and must have one, so it can only add one. */
export type FactorStatus = 'enrolment'

/** An administrator who sees an account as its owner does. */
export interface Impersonator extends OwnedSession {
  readonly reason: string
}

/** What the owner of an account has let an application do: permissions, and scopes of OpenID Connect. */
export interface Delegation {
  /** The grant of OpenID Connect with which it ends. */
  readonly grantId: string
  readonly scope: readonly string[]
}

/** A session and its owner. */
export type OwnedSession = Pick<Bearer, 'accountId' | 'sessionId'>

/** The account, the session and the roles that a credential stands for. */
export interface Bearer {
  readonly accountId: AccountId
  readonly sessionId: SessionId
  readonly roles: readonly string[]
}

/**
 * A caller with a session, as the database knows them at the time of the request. Every route needs it, and only sessions
 * and tokens provide it, so it is in the kernel, below both.
 */
export interface Principal extends Bearer {
  readonly account: Account
  /** What the caller may do now: the permissions of all roles together, sorted. */
  readonly permissions: readonly Permission[]
  /** The OAuth client that got the session; null if the owner signed in to Proxima itself. */
  readonly clientId: ClientId | null
  /** Null unless an application acts for the owner. */
  readonly delegation: Delegation | null
  readonly authentication: Authentication
  /** Null unless something stands in for a second factor. */
  readonly factorStatus: FactorStatus | null
  readonly sessionEndsAt: Date
  /** Who really calls; null if it is the owner. Then the session has neither roles nor permissions. */
  readonly impersonator: Impersonator | null
}

/** A program that calls with an API key. It has no session, so it never counts as freshly signed in. */
export interface KeyHolder {
  readonly keyId: ApiKeyId
  /** The account for which the program acts. */
  readonly accountId: AccountId
  readonly account: Account
  readonly roles: readonly string[]
  /** What the key allows and the account holds now, sorted. */
  readonly permissions: readonly Permission[]
}

/** The caller of a request, with whatever credential. */
export type Caller = Principal | KeyHolder

export function hasSession(caller: Caller): caller is Principal {
  return 'sessionId' in caller
}

/** True if no human calls: the credential is an API key, or the account is that of a service. */
export function isProgram(caller: Caller): boolean {
  return !hasSession(caller) || caller.account.kind === 'service'
}

/** True if the owner of the session has proved two factors, or one that is as strong as two. */
export function isMultiFactor({ amr }: Authentication): boolean {
  return acrOf(amr) !== singleFactorAcr
}

/** The administrator who calls in place of the owner; null if the owner calls. */
export function impersonatorOf(caller: Caller): Impersonator | null {
  return hasSession(caller) ? caller.impersonator : null
}

/** The id of the session or of the key, for the audit trail. */
export function credentialIdOf(caller: Caller): SessionId | ApiKeyId {
  return hasSession(caller) ? caller.sessionId : caller.keyId
}
