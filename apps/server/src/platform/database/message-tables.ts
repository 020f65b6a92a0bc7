import type { AccountId, MessageId } from '../kernel/ids.ts'

/** The tables of messages; `tables.ts` lists them with all others, and explains their columns in general. */

/** The outbox. Refers to no other table: the notification of a deletion is sent after the deletion. */
export interface MessagesTable {
  id: MessageId
  channel: 'mail' | 'sms'
  template: string
  /** The recipient's account; null if no account has that address, or the account must no longer be named. */
  account_id: AccountId | null
  /** JSON with recipient and text, sealed; null once it is sent. Without the recipient if it is withheld. */
  content_sealed: string | null
  created_at: number
  /** When the next attempt is due, or when the claim of the server that is trying now ends; null once it is finished. */
  due_at: number | null
  attempts: number
  /** Null until it is finished; from the start if it is withheld. */
  outcome: 'sent' | 'given_up' | null
  /** Why the last attempt failed, as a code: the words of a mail server could hold the address. */
  error: string | null
}

export interface MessageCountsTable {
  /** SHA-256 of what a cap counts (an address, a client, a country, …) and of the hour or day. Unique. */
  counter: string
  counted: number
  ends_at: number
}

/** The addresses to which a provider could deliver nothing, whether or not an account has them. */
export interface BouncedAddressesTable {
  /** HMAC of the channel and the address in its canonical form. Unique. */
  address_digest: string
  /** The last time. An address whose owner confirmed it later is deliverable again. */
  bounced_at: number
}
