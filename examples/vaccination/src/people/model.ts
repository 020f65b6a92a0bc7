/** Someone who has registered here. */
export interface Person {
  readonly id: string
  readonly registeredAt: string
}

/** What the accounts server says about the person who calls. */
export interface AccountOwner {
  readonly accountId: string
  /** Whether they have confirmed an email address or a phone number. */
  readonly hasVerifiedContact: boolean
  readonly nationalId: string | null
  /** For the certificate. */
  readonly name: string | null
}

/** @param details as `fetchUser` of the guard gives them */
export function accountOwnerOf(details: Readonly<Record<string, unknown>>): AccountOwner {
  const { id, email_verified, phone_number_verified, national_id, full_name } = details
  return {
    accountId: String(id),
    hasVerifiedContact: email_verified === true || phone_number_verified === true,
    nationalId: textOrNull(national_id),
    name: textOrNull(full_name),
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
