import type { AccountId, ClientId, RevocationId, SessionId } from '../kernel/ids.ts'

/** The tables of sessions; `tables.ts` lists them with all others, and explains their columns in general. */

export interface SessionsTable {
  id: SessionId
  account_id: AccountId
  /** The authentication methods (RFC 8176) that created the session, separated by spaces: `pwd`, `user_secret`. */
  amr: string
  /** When the owner last proved who they are: at sign-in, or later in this session. */
  authenticated_at: number
  /** When the owner last proved a second factor of their own in this session; null if they never have. */
  second_factor_at: number | null
  /** `enrolment`: it can only add a second factor. Null for every other session. */
  factor_status: 'enrolment' | null
  user_agent: string | null
  ip_address: string | null
  created_at: number
  expires_at: number
  /** SHA-256 of the session code, if the session has one. Unique. */
  code_digest: string | null
  /** To the minute. Has no index: PostgreSQL writes every index of a row again if a column with an index changes. */
  last_seen_at: number
  /** The start of the UTC day of `last_seen_at`. Idle sessions are found by it. */
  last_seen_day: number
  /** The key of its refresh tokens, sealed; null if it has none. */
  refresh_key_sealed: string | null
  /** The number of refresh tokens before the last one. */
  refresh_generation: number | null
  /** When the tokens before the last one were replaced: milliseconds, latest first, as JSON. */
  refresh_replaced_at: string | null
  /** The OAuth client that got the session; null if the owner signed in to Proxima itself. */
  client_id: ClientId | null
  /** What the client asked for, separated by spaces: permissions, and scopes of OpenID Connect; null for all that it may have. */
  scope: string | null
  /** The grant of OpenID Connect to which it belongs; null if the client got it in another way. */
  grant_id: string | null
  /** The session in the browser with which it ends; null if it lasts on its own. */
  parent_session_id: SessionId | null
  /** The administrator who sees the account as its owner does; null in the sessions of the owner. */
  impersonator_id: AccountId | null
  /** The session in which they began to; null in the sessions of the owner. */
  impersonator_session_id: SessionId | null
  /** Why they do; null in the sessions of the owner. */
  impersonation_reason: string | null
}

/** The devices and networks from which someone has signed in to an account. */
export interface SignInPlacesTable {
  /** A keyed digest of the account with the device or the network. */
  digest: string
  account_id: AccountId
  /** To the day. */
  seen_at: number
}

/**
 * The access tokens that a service must reject if it verifies them itself. Outlives sessions and accounts, so it refers
 * to no table.
 */
export interface RevocationsTable {
  id: RevocationId
  kind: 'session' | 'account' | 'roles' | 'role' | 'key'
  /** Null once the account is erased, and if a role or a key was revoked. */
  account_id: AccountId | null
  /** Null unless a session was revoked. */
  session_id: SessionId | null
  /** The role that changed: every token that contains it; null unless a role was revoked. */
  role: string | null
  /** The signing key that was withdrawn; null unless a key was revoked. */
  kid: string | null
  /** Its batch in the feed. Batches follow each other as they were committed. Null until it has been numbered. */
  batch: number | null
  revoked_at: number
  /** By then every access token that it revokes has expired. */
  expires_at: number
}

/** One row: the last batch of revocations. It outlives them, so no number is used twice. */
export interface RevocationFeedTable {
  name: string
  last_batch: number
}
