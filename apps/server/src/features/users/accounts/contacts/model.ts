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

/** A contact that no account has yet. */
export type NewContact = Omit<Contact, 'verifiedAt'>

export type ContactKind = 'email' | 'phone_number'
