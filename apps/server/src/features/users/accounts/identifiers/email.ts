import { domainToASCII, domainToUnicode } from 'node:url'
import { accept, type Parsed, refuse } from '../../../../platform/kernel/parsed.ts'
import { foldToEnd, lowerCase } from './folding.ts'

/** In octets (RFC 5321 §4.5.3.1, and RFC 3696 erratum 1690 for the whole). */
export const emailLengthMax = 254
const localLengthMax = 64

/** An address of 254 octets in Unicode and white space around it stay below this number of UTF-16 units. */
const unitsMax = 1024

export interface Email {
  /** As typed, without the white space around it; what is shown, and where mail goes. */
  readonly given: string
  /** Unique; what is looked up. The domain is in its ASCII form. */
  readonly canonical: string
}

const tooLong = refuse(
  'too_long',
  `Use an address of at most ${emailLengthMax} bytes, with at most ${localLengthMax} before the "@".`,
)
const malformed = refuse('email_malformed', 'Give one bare address, such as name@example.com.')

// The dot-atom of RFC 5321 §4.1.2. Of what RFC 6531 adds, letters, marks and digits only: quoted names, comments
// and address literals are legal, but mailers read them in different ways, and so can be led to send elsewhere.
const atom = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+$/u
const domainCharacters = /^[\p{L}\p{M}\p{N}.-]+$/u
const domainLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
// A name whose last label is a number is an IPv4 address to a URL parser.
const number = /^(?:\d+|0x[0-9a-f]*)$/

/**
 * A single address, `local@domain`; white space around it is dropped. Case does not matter, in either part; dots
 * and `+tag` do. The Unicode and the ASCII form of a domain are the same address.
 */
export function parseEmail(text: string): Parsed<Email> {
  // Before anything is computed, so that a text of any length costs the same.
  if (text.length > unitsMax) return tooLong
  const given = text.trim()
  // Unicode's look-alikes of ASCII fold into it on some mailers and databases; a reset for ſ must never reach s.
  if (hasCompatibilityCharacter(given)) {
    return refuse(
      'character_not_allowed',
      'Type the address with plain letters, without their typographic variants.',
    )
  }
  const [givenLocal = '', givenDomain, ...rest] = given.split('@')
  if (givenDomain === undefined || rest.length > 0) return malformed
  const local = foldToEnd(givenLocal, (part) => lowerCase(part.normalize('NFC')).normalize('NFC'))
  if (!isDotAtom(givenLocal) || !isDotAtom(local)) return malformed
  const domain = asciiDomain(givenDomain)
  if (domain === null)
    return refuse('email_domain_invalid', 'Use an address whose domain exists, such as example.com.')
  const localLength = Math.max(Buffer.byteLength(givenLocal), Buffer.byteLength(local))
  // The address is kept as it was given too, and decomposed letters of a domain take more room than its ASCII form.
  const length = Math.max(Buffer.byteLength(given), localLength + 1 + domain.length)
  if (localLength > localLengthMax || length > emailLengthMax) return tooLong
  return accept({ given, canonical: `${local}@${domain}` })
}

/** Whether a normal form or lower case would turn a character into another one, or into ASCII. */
function hasCompatibilityCharacter(text: string): boolean {
  if (text.normalize('NFKC') !== text.normalize('NFC')) return true
  // NFC itself turns the Kelvin sign into K, and lower case turns İ into i with a dot.
  return Array.from(text).some(
    (char) => char > '\u007f' && /[\0-\u007f]/.test(char.normalize('NFC').toLowerCase()),
  )
}

function isDotAtom(local: string): boolean {
  // An encoded word (RFC 2047 §2) is made of legal characters, and a mailer may decode it to another address.
  const encodedAt = local.indexOf('=?')
  if (encodedAt !== -1 && local.includes('?=', encodedAt + 2)) return false
  if (/\p{DI}/u.test(local)) return false
  return local.split('.').every((part) => atom.test(part) && !/^\p{M}/u.test(part))
}

/** The domain in lower case and in ASCII (RFC 5890), or null where it is none. */
function asciiDomain(domain: string): string | null {
  // The parser is one of URLs: it would decode percent signs, and drop what cannot be seen.
  if (!domainCharacters.test(domain) || /\p{DI}/u.test(domain)) return null
  const ascii = domainToASCII(domain.normalize('NFC'))
  const labels = ascii.split('.')
  if (labels.length < 2 || number.test(labels.at(-1) ?? '')) return null
  return labels.every((label) => domainLabel.test(label) && isHonest(label)) ? ascii : null
}

/** An encoded label that Unicode's own spelling does not lead to would be a second form of the same name. */
function isHonest(label: string): boolean {
  if (!label.startsWith('xn--')) return true
  const decoded = domainToUnicode(label)
  return decoded !== label && domainToASCII(decoded) === label
}
