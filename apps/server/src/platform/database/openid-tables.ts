import type { AccountId, ClientId, SessionId } from '../kernel/ids.ts'

/** The tables of the OpenID Connect provider; `tables.ts` lists them with all others. */

/**
 * What the provider remembers between two requests: authorization codes, requests that wait for the person, grants. Its
 * ids are credentials, so only their digests are stored.
 */
export interface OpenIdEntriesTable {
  /** SHA-256 of the kind and the id. */
  digest: string
  /** The name of its model: `AuthorizationCode`, `Grant`, `Interaction`, … */
  kind: string
  /** The grant that it belongs to; null if it belongs to none. All end with their grant. */
  grant_id: string | null
  /** Null until the person is known. */
  account_id: AccountId | null
  client_id: ClientId | null
  /** The session in the browser in which it was made; null for what outlives that session. */
  session_id: SessionId | null
  /** As JSON, without its id. */
  payload: string
  /** When it was used; null before. */
  consumed_at: number | null
  expires_at: number
}
