import type { Account } from '../../../../platform/kernel/account.ts'
import type { Changes } from '../../../safeguards/audit/model.ts'

/** An email address or a phone number of an account. */
export interface Contact {
  readonly kind: ContactKind
  /** The form in which contacts are compared. */
  readonly canonical: string
  /** As the account stores it. Messages go there, and nowhere else (A15). */
  readonly address: string
  /** When its owner proved that they receive what is sent there; null if they have not. */
  readonly verifiedAt: Date | null
}

/** What the audit trail says of a contact that is now verified. */
export function verificationOf(kind: ContactKind): Changes {
  const field = `${kind}_verified`
  return { before: { [field]: false }, after: { [field]: true } }
}

/** What the audit trail says of a contact that was replaced. */
export function replacementOf(kind: ContactKind, before: Account, after: Account): Changes {
  const addressOf = (account: Account) => (kind === 'email' ? account.email : account.phoneNumber)
  return { before: { [kind]: addressOf(before) }, after: { [kind]: addressOf(after) } }
}

/** A contact that no account has yet. */
export type NewContact = Omit<Contact, 'verifiedAt'>

export type ContactKind = 'email' | 'phone_number'
