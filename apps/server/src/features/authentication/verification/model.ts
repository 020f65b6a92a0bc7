import { type AccountId, newId } from '../../../platform/kernel/ids.ts'
import { type CodeBinding, codeLifetimes, codeMinutes } from '../../authenticators/codes/model.ts'
import type { Contact, ContactKind } from '../../users/accounts/contacts/model.ts'

/** When people are asked to confirm their contacts. */
export type VerificationPolicy = 'off' | 'optional' | 'required'

/** A code that was requested. */
export interface RequestedCode {
  readonly expiresInSeconds: number
  /** How long the caller should wait before they request another. */
  readonly resendAfterSeconds: number
}

/** What a link of a message can still do. With `needs_password`, it confirms a registration that waits for it. */
export type LinkState = 'valid' | 'needs_password' | 'expired' | 'invalid'

/** Each contact of an account has its own code. */
export function bindingOf(accountId: AccountId, kind: ContactKind): CodeBinding {
  return { purpose: 'verification', holder: ['account', accountId, kind], flow: null }
}

/** In place of a contact of an account that does not exist. Each is new, like an account, so the work is the same. */
export function nobodysBinding(): CodeBinding {
  return { purpose: 'verification', holder: ['nobody', newId()], flow: null }
}

/**
 * Wrong codes are counted for the contact, not for the account. Otherwise an attacker could guess four codes for a
 * victim's address, confirm an address of their own, which starts the count again, and go on; or use many accounts (A40).
 */
export function guessedContact({ kind, canonical }: Pick<Contact, 'kind' | 'canonical'>): readonly string[] {
  return ['contact', kind, canonical]
}

export const messageFacts = { codeMinutes, linkHours: codeLifetimes.verification.linkMs / 3_600_000 }
