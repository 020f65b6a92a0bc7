import type { AccountId, ClientId, ClientSecretId } from '../kernel/ids.ts'

/** The tables of OAuth clients; `tables.ts` lists them with all others, and explains their columns in general. */

/** Programs that get tokens. The columns have the names of RFC 7591 §2. */
export interface ClientsTable {
  id: ClientId
  /** The service account for which the client acts; null if it acts only for the people who use it. */
  account_id: AccountId | null
  name: string
  /** Separated by spaces. */
  grant_types: string
  /** The permissions that its tokens may have, separated by spaces; empty if they may have none. */
  scope: string
  token_endpoint_auth_method: string
  /** A JSON list of texts. */
  redirect_uris: string
  /** A JWK Set as JSON, with public keys only; null unless the client signs assertions. */
  jwks: string | null
  created_at: number
  updated_at: number
}

/** At most two for each client, so that one can replace the other. */
export interface ClientSecretsTable {
  id: ClientSecretId
  client_id: ClientId
  /** SHA-256 of the secret. Unique. */
  digest: string
  created_at: number
}

/** The signed assertions with which clients have proved who they are. Each works once. */
export interface ClientAssertionsTable {
  /** SHA-256 of the client and the id that the client gave the assertion. */
  assertion: string
  /** From then on, the assertion has expired and no one accepts it. */
  expires_at: number
}
