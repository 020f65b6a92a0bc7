import { parseEmail } from './email.ts'
import { parsePhoneNumber } from './phone-number.ts'
import { parseUsername } from './username.ts'

export interface Identifier {
  readonly kind: 'username' | 'email' | 'phone_number'
  readonly canonical: string
}

/** In UTF-16 units: no identifier is longer, even with white space around it. */
const unitsMax = 1024

/**
 * Parses the identifier that a person typed to sign in. Its shape decides its kind: an email has "@", a phone number
 * has no letter, and everything else is a username.
 * @returns null if no account can have such an identifier
 */
export function parseIdentifier(text: string, defaultRegion: string | null): Identifier | null {
  if (text.length > unitsMax) return null
  if (text.includes('@')) {
    const email = parseEmail(text)
    return email.ok ? { kind: 'email', canonical: email.value.canonical } : null
  }
  if (!/\p{L}/u.test(text.normalize('NFKC'))) {
    const phoneNumber = parsePhoneNumber(text, defaultRegion)
    return phoneNumber.ok ? { kind: 'phone_number', canonical: phoneNumber.value.canonical } : null
  }
  const username = parseUsername(text)
  return username.ok ? { kind: 'username', canonical: username.value.canonical } : null
}
