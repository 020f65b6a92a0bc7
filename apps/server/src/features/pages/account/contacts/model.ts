import type { Account } from '../../../../platform/kernel/account.ts'
import type { ContactKind } from '../../../users/accounts/contacts/model.ts'

/** The two kinds of contact, with what their pages need. */
export const contactPanes = [
  { kind: 'email', name: 'email', drawing: 'mail', isLtr: false },
  { kind: 'phone_number', name: 'phone', drawing: 'phone', isLtr: true },
] as const
export type ContactPane = (typeof contactPanes)[number]

export function contactOf(account: Account, { kind }: ContactPane) {
  return kind === 'email'
    ? { address: account.email, verifiedAt: account.emailVerifiedAt }
    : { address: account.phoneNumber, verifiedAt: account.phoneNumberVerifiedAt }
}

/** A new contact that waits for its code. */
export interface PendingContact {
  readonly kind: ContactKind
  readonly address: string
}

/** A contact that was changed a short time ago, and can still be changed back. */
export interface RecentChange {
  readonly kind: ContactKind
  readonly before: string | null
  readonly after: string | null
  readonly at: Date
  readonly undoUntil: Date
}
