import type { AccountId, SessionId } from '../../../platform/kernel/ids.ts'
import type { Identity } from '../../authenticators/linked-accounts/model.ts'

/** A button. */
export interface PublicProvider {
  /** Part of an address: `/sign-in/with/{id}`. */
  readonly id: string
  /** What people call it. */
  readonly name: string
}

/** Who someone is, as a provider says. Its tokens are dropped as soon as this is known. */
export interface UpstreamIdentity extends Identity {
  /** The id of the provider in the settings. */
  readonly provider: string
  readonly email: string | null
  /** True only if the provider has verified the address, and its word counts for it (A11). */
  readonly isEmailVerified: boolean
  /** What the person calls themselves there. It is only a suggestion. */
  readonly username: string | null
  readonly fullName: string | null
  readonly givenName: string | null
  readonly familyName: string | null
}

/** A browser that has gone to a provider, and with what the answer must agree. */
export interface StartedFlow {
  readonly step: 'started'
  readonly provider: string
  /** The session in which an identity is linked; null for a sign-in. */
  readonly link: { readonly accountId: AccountId; readonly sessionId: SessionId } | null
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly returnTo: string | null
}

/** Someone whom a provider knows, and who has still to do something here. */
export interface IdentifiedFlow {
  readonly step: 'identified'
  readonly identity: UpstreamIdentity
  /** The account that has the address, to which they sign in first; null for a new account that needs their agreement. */
  readonly accountId: AccountId | null
  readonly returnTo: string | null
}

export type Flow = StartedFlow | IdentifiedFlow

/** Why a sign-in with a provider ended without one. The audit trail has the same words. */
export type RefusalReason =
  /** The flow was used, has expired, or began in another browser. */
  | 'flow_over'
  /** The answer does not belong to the flow. */
  | 'wrong_answer'
  /** The person, or the provider, has declined. */
  | 'declined'
  /** What the provider says is wrong. */
  | 'provider_refused'
  | 'provider_unavailable'
  | 'registration_closed'
  /** The server asks each account for a contact, and the provider gives none that can be used. */
  | 'contact_needed'
  /** Another account is connected to this identity. */
  | 'linked_account_taken'

export class FederationRefusal extends Error {
  readonly reason: RefusalReason

  constructor(reason: RefusalReason, cause?: unknown) {
    super(reason, { cause })
    this.name = 'FederationRefusal'
    this.reason = reason
  }
}

/** How the audit trail names a provider. */
export function targetOf(provider: string): string {
  return `provider:${provider}`
}

/** The path to which a provider leads back. Each has its own, so that no answer counts for another (RFC 9700 §4.4.2.2). */
export function callbackPath(provider: string): string {
  return `/sign-in/with/${provider}/callback`
}
