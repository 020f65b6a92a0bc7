import type { AccountId, ContactChangeId } from '../../../../platform/kernel/ids.ts'
import type { Contact } from '../contacts/model.ts'

/** The verified contacts that an account had when a change of a contact was requested. */
export interface FormerContacts {
  readonly change: ContactChangeId
  readonly accountId: AccountId
  /** The changes of the account in their order. */
  readonly number: number
  /** Never empty. */
  readonly contacts: readonly [main: Contact, ...others: Contact[]]
  /** When the change was requested; once it has happened, when it did. */
  readonly changedAt: Date
}

/** A link that undoes a change. Its token exists only in the message that carries it. */
export interface UndoLink {
  /** 256 bits. */
  readonly token: string
  /** Where it must be sent, and nowhere else. */
  readonly address: string
  /** Until when it works. */
  readonly endsAt: Date
}

/**
 * The contact whose owner can undo a change: the one by which the account could be recovered without a wait. With
 * another one, such as the phone number of a stolen phone, a thief could get around that wait (NIST SP 800-63B-4
 * §3.1.3.3). An unverified contact never counts: it may be the address of a stranger.
 * @param contacts the email address first
 */
export function verifiedContacts(contacts: readonly Contact[]): FormerContacts['contacts'] | null {
  const [main, ...others] = contacts.filter(({ verifiedAt }) => verifiedAt !== null)
  return main === undefined ? null : [main, ...others]
}
