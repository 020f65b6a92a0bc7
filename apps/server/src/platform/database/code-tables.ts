import type { AccountId, CodeId, ContactChangeId, SessionId } from '../kernel/ids.ts'

/** The new email address or phone number of an account that no one has proved yet: at most one of each kind. */
export interface ContactChangesTable {
  id: ContactChangeId
  account_id: AccountId
  kind: 'email' | 'phone_number'
  /** As it was given. Messages go there. */
  address: string
  canonical: string
  /** The session that asked for it. It goes on after the change. */
  session_id: SessionId
  created_at: number
  /** When its code and its link have expired. It only decides when the row is deleted. */
  expires_at: number
}

/**
 * The verified contacts of an account before one of them changes: one row for each change that was requested. No other
 * account can take them while the change can be undone.
 */
export interface FormerContactsTable {
  /** Of the change. */
  id: ContactChangeId
  account_id: AccountId
  /** The changes of an account in their order, whatever the clocks of the servers say. Unique for the account. */
  number: number
  email: string | null
  email_canonical: string | null
  email_verified_at: number | null
  phone_number: string | null
  phone_number_verified_at: number | null
  /** HMAC of the token in the link that was sent when the change was requested. Unique. */
  requested_link_digest: string
  /** The same for the link that was sent when it happened; null until then. Unique. */
  changed_link_digest: string | null
  /** When the change was requested; once it has happened, when it did. */
  changed_at: number
  /** When it can no longer be undone. It only decides when the row is deleted. */
  expires_at: number
}

/** Codes and links that were sent to a contact. Refers to no table: some belong to identifiers that no account has. */
export interface CodesTable {
  /** SHA-256 of the purpose and the holder. A holder has one code of each purpose, so a newer one replaces it. */
  slot: string
  /** Changes with each new code. */
  id: CodeId
  /** Null if no account has the identifier for which the code was requested. Such a code proves nothing. */
  account_id: AccountId | null
  /** HMAC of the contact that the code was sent to. */
  contact_digest: string
  /** HMAC of the digits, with all that they are bound to. */
  code_digest: string
  /** HMAC of the token in the link. Unique. */
  link_digest: string
  created_at: number
  /** The later end of the two. It only decides when the row is deleted. */
  expires_at: number
}
