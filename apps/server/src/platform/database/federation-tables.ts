import type { AccountId, LinkedAccountId } from '../kernel/ids.ts'

/** The tables of sign-in with other providers; `tables.ts` lists them with all others, and explains their columns in general. */

/** The accounts at other providers with which owners sign in. */
export interface LinkedAccountsTable {
  id: LinkedAccountId
  account_id: AccountId
  /** The id of the provider in the settings, when it was linked. */
  provider: string
  issuer: string
  /** Who it is, as the issuer says. It stays the same if the name or the address changes there. */
  subject: string
  /** SHA-256 of issuer and subject, which are too long for an index. Unique: no two accounts share one. */
  identity_digest: string
  /** The address at the provider when it was linked; null if the provider gave none. Nothing is decided by it. */
  email: string | null
  created_at: number
  last_used_at: number | null
}

/** Sign-ins that have gone to a provider and are not back yet, and identities that wait for their owner. */
export interface FederationFlowsTable {
  /** HMAC of the secret that the browser keeps in a cookie. Unique. */
  slot: string
  /** The account to which the identity shall be linked; null for a sign-in. */
  account_id: AccountId | null
  /** JSON, sealed: what the answer of the provider is compared with, or who the provider says it is. */
  data_sealed: string
  created_at: number
  expires_at: number
}
