import type { AccountId, CodeId, ContactChangeId } from '../kernel/ids.ts'

/** The new email address or phone number of an account that no one has proved yet: at most one of each kind. */
export interface ContactChangesTable {
  id: ContactChangeId
  account_id: AccountId
  kind: 'email' | 'phone_number'
  /** As it was given. Messages go there. */
  address: string
  canonical: string
  created_at: number
  /** When its code has expired. It only decides when the row is deleted. */
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
