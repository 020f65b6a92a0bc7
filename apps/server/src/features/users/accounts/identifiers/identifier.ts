import { parseEmail } from './email.ts'
import { parsePhoneNumber } from './phone-number.ts'
import { parseUsername } from './username.ts'

export interface Identifier {
  readonly kind: 'username' | 'email' | 'phone_number'
  readonly canonical: string
}

/** No identifier has more UTF-16 units, white space around it included. */
const unitsMax = 1024

/**
 * What somebody typed to sign in, told by its shape alone: with "@" an email, without a letter a phone number, else
 * a username. Null for what can be nobody's.
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
