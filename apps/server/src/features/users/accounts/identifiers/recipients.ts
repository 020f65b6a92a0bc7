import type { Account } from '../../../../platform/kernel/account.ts'
import type { Channel, Recipient } from '../../../messages/model.ts'
import { countryOf, isCostlyNumber } from './costly-numbers.ts'
import { canonicalEmail, type Email } from './email.ts'
import { countedAddress } from './mailbox.ts'
import { canonicalPhoneNumbers } from './phone-number.ts'

/** How to reach the owner of an account. */
export type Contacts = Pick<Account, 'email' | 'emailVerifiedAt' | 'phoneNumber' | 'phoneNumberVerifiedAt'>

/**
 * The ways to reach the owner, the best first: what is verified before what is not, and mail before text messages. Each
 * address as it is stored, not as someone typed it (A15).
 */
export function recipientsOf(contacts: Contacts): Recipient[] {
  const { email, emailVerifiedAt, phoneNumber, phoneNumberVerifiedAt } = contacts
  const recipients = [
    // The rules may have changed since the address was stored, and its owner must be reached all the same.
    ...(email === null
      ? []
      : [mailRecipient({ given: email, canonical: canonicalEmail(email) ?? email }, emailVerifiedAt)]),
    ...(phoneNumber === null ? [] : [smsRecipient(phoneNumber, phoneNumberVerifiedAt)]),
  ]
  return recipients.toSorted((a, b) => Number(b.verifiedAt !== null) - Number(a.verifiedAt !== null))
}

export function mailRecipient({ given, canonical }: Email, verifiedAt: Date | null): Recipient {
  const { mailbox, spellings } = countedAddress(canonical, { isVerified: verifiedAt !== null })
  return {
    channel: 'mail',
    address: given,
    countedAs: mailbox,
    spellings,
    canonical,
    verifiedAt,
    country: null,
    isCostly: false,
  }
}

/** @param number in E.164 */
export function smsRecipient(number: string, verifiedAt: Date | null): Recipient {
  return {
    channel: 'sms',
    address: number,
    countedAs: number,
    spellings: null,
    canonical: number,
    verifiedAt,
    country: countryOf(number),
    isCostly: isCostlyNumber(number),
  }
}

/** @returns the form in which the address is compared; null if it is no address. A number needs its country code. */
export function canonicalAddress(channel: Channel, typed: string): string | null {
  return channel === 'mail' ? canonicalEmail(typed) : (canonicalPhoneNumbers(typed, null)[0] ?? null)
}
