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

/**
 * How a client signs people in with OpenID Connect, and how they see it: one row for each client. It is a table of its
 * own because MariaDB has a limit for the length of a row. The columns have the names of RFC 7591 and of OpenID Connect
 * Dynamic Client Registration, if those have one.
 */
export interface ClientApplicationsTable {
  client_id: ClientId
  application_type: string
  /** The scopes of OpenID Connect that it may ask people for, separated by spaces. */
  openid_scope: string
  /** A JSON list of texts. */
  post_logout_redirect_uris: string
  backchannel_logout_uri: string | null
  logo_uri: string | null
  client_uri: string | null
  policy_uri: string | null
  tos_uri: string | null
  /** 1 if people are not asked for their consent. */
  is_first_party: number
  subject_type: string
  /** The host for which pairwise subjects are made; null if it follows from the redirect addresses. */
  sector_identifier: string | null
  id_token_signed_response_alg: string
  /** 1 or 0, like the next one. */
  require_pushed_authorization_requests: number
  dpop_bound_access_tokens: number
}

/** At most two for each client, so that one can replace the other. */
export interface ClientSecretsTable {
  id: ClientSecretId
  client_id: ClientId
  /** SHA-256 of the secret. Unique. */
  digest: string
  created_at: number
}

/** What owners of accounts have allowed clients. The database deletes a consent together with either of them. */
export interface ConsentsTable {
  account_id: AccountId
  client_id: ClientId
  /** Scopes of OpenID Connect and permissions, sorted, separated by spaces. */
  scope: string
  granted_at: number
  /** To the hour; null if the client has not used it yet. */
  last_used_at: number | null
}

/** The signed assertions with which clients have proved who they are. Each works once. */
export interface ClientAssertionsTable {
  /** SHA-256 of the client and the id that the client gave the assertion. */
  assertion: string
  /** From then on, the assertion has expired and no one accepts it. */
  expires_at: number
}
