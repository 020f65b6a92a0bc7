import type { Account } from '../../../platform/kernel/account.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { type CodeBinding, codeLifetimes, codeMinutes } from '../../authenticators/codes/model.ts'
import { type Changes, changesBetween } from '../../safeguards/audit/model.ts'
import type { ContactKind, NewContact } from '../../users/accounts/contacts/model.ts'
import type { UndoLink } from '../../users/accounts/former-contacts/model.ts'
import {
  emailTaken,
  type IdentifiersInput,
  type NewAccount,
  phoneNumberTaken,
} from '../../users/accounts/model.ts'

/** The new email address or phone number, as it was typed. */
export interface TypedContact {
  readonly kind: ContactKind
  readonly text: string
}

export const takenProblems = { email: emailTaken, phone_number: phoneNumberTaken } as const

/**
 * A pending change lives as long as this code. So whatever invalidates the codes of an account ends its pending changes
 * too: a reset, a new password or user secret, a suspension and a deletion. A newer change of the same kind replaces it.
 */
export function bindingOf(accountId: AccountId, kind: ContactKind): CodeBinding {
  return { purpose: 'contact_change', holder: ['account', accountId, kind], flow: null }
}

export const messageFacts = { codeMinutes, linkMinutes: codeLifetimes.contact_change.linkMs / 60_000 }

export function inputOf({ kind, text }: TypedContact): IdentifiersInput {
  return kind === 'email' ? { email: text } : { phoneNumber: text }
}

/** The only contact of what was read. */
export function contactIn({ email, phoneNumber }: Pick<NewAccount, 'email' | 'phoneNumber'>): NewContact {
  if (email !== null) return { kind: 'email', address: email.given, canonical: email.canonical }
  const number = phoneNumber?.canonical ?? ''
  return { kind: 'phone_number', address: number, canonical: number }
}

/** The contact, as the identifiers of an account. */
export function identifiersOf({ kind, address, canonical }: NewContact) {
  const isEmail = kind === 'email'
  return {
    username: null,
    email: isEmail ? { given: address, canonical } : null,
    phoneNumber: isEmail ? null : { canonical },
  }
}

/** The link for a message to this address; null if it must not have one. */
export function undoOfferTo(address: string, link: UndoLink | null) {
  return link?.address === address ? { linkToken: link.token, endsAt: link.endsAt } : null
}

type Contacts = Pick<Account, 'email' | 'phoneNumber'>

/** What the audit trail records of a change of several contacts. */
export function differenceOf(before: Contacts, after: Contacts): Changes {
  return changesBetween(toFields(before), toFields(after))
}

function toFields({ email, phoneNumber }: Contacts) {
  return { email, phone_number: phoneNumber }
}
