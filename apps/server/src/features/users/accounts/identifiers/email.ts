import { domainToASCII, domainToUnicode } from 'node:url'
import { accept, type Parsed, refuse } from '../../../../platform/kernel/parsed.ts'
import { withoutInvisible } from '../../../../platform/kernel/typed-text.ts'
import { foldUntilStable, lowerCase } from './folding.ts'

/** Lengths in octets (RFC 5321 §4.5.3.1, and RFC 3696 erratum 1690 for the whole address). */
export const emailLengthMax = 254
const localLengthMax = 64

/** In UTF-16 units: enough for an address of 254 octets in Unicode with white space around it. */
const unitsMax = 1024

export interface Email {
  /** The address as typed, without white space around it. It is shown, and mail goes to it. */
  readonly given: string
  /** Unique, and used for look-ups. The domain is in its ASCII form. */
  readonly canonical: string
}

const tooLong = refuse(
  'too_long',
  `Use an address of at most ${emailLengthMax} bytes, with at most ${localLengthMax} before the "@".`,
)
const malformed = refuse('email_malformed', 'Give one plain address, such as name@example.com.')

// The dot-atom of RFC 5321 §4.1.2, with the letters, marks and digits that RFC 6531 adds. Quoted names, comments and
// address literals are legal too, but mailers read them in different ways, and could send to another address.
const atom = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+$/u
const domainCharacters = /^[\p{L}\p{M}\p{N}.-]+$/u
const domainLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
// To a URL parser, a name whose last label is a number is an IPv4 address.
const number = /^(?:\d+|0x[0-9a-f]*)$/

// An address that is copied from a page may have marks around it that no one sees.
const around = /^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu

/**
 * Parses a single address, `local@domain`, and drops white space and invisible marks around it. Case does not matter in
 * either part. Dots and `+tag` do. The Unicode form and the ASCII form of a domain give the same address.
 */
export function parseEmail(text: string): Parsed<Email> {
  // Check the length first, so that a text of any length costs the same.
  if (text.length > unitsMax) return tooLong
  const given = withAsciiSeparators(text.replaceAll(around, ''))
  // Some mailers and databases fold look-alikes in Unicode into ASCII. A reset for ſ must never reach s.
  if (hasCompatibilityCharacter(given)) {
    return refuse(
      'character_not_allowed',
      'Use plain letters in the address, not typographic variants of them.',
    )
  }
  const [givenLocal = '', givenDomain, ...rest] = given.split('@')
  if (givenDomain === undefined || rest.length > 0) return malformed
  const local = foldLocal(givenLocal)
  if (!isDotAtom(givenLocal) || !isDotAtom(local)) return malformed
  const domain = asciiDomain(givenDomain)
  if (domain === null)
    return refuse('email_domain_invalid', 'Use an address whose domain exists, such as example.com.')
  const localLength = Math.max(Buffer.byteLength(givenLocal), Buffer.byteLength(local))
  // The given address is stored too, and decomposed letters in a domain take more octets than its ASCII form.
  const length = Math.max(Buffer.byteLength(given), localLength + 1 + domain.length)
  if (localLength > localLengthMax || length > emailLengthMax) return tooLong
  return accept({ given, canonical: `${local}@${domain}` })
}

/**
 * The form in which such an address is stored. An account keeps an address that the rules no longer accept, and its
 * owner still signs in with it, so only a new address is checked.
 * @returns null if the text cannot be an address under any rules, or would be confused with another (A15)
 */
export function canonicalEmail(text: string): string | null {
  if (text.length > unitsMax) return null
  const typed = withAsciiSeparators(withoutInvisible(text).trim())
  if (hasCompatibilityCharacter(typed)) return null
  const at = typed.lastIndexOf('@')
  const domain = typed.slice(at + 1)
  if (at === -1) return null
  return `${foldLocal(typed.slice(0, at))}@${asciiDomain(domain) ?? lowerCase(domain.normalize('NFC'))}`
}

/** East Asian keyboards write @ in full width, and their full stop for the dots of a domain (UTS #46 §2.3). */
function withAsciiSeparators(text: string): string {
  const [local = '', ...domain] = text.replaceAll('\uff20', '@').split('@')
  return [local, ...domain.map((part) => part.replaceAll(/[\u3002\uff0e\uff61]/g, '.'))].join('@')
}

function foldLocal(local: string): string {
  return foldUntilStable(local, (part) => lowerCase(part.normalize('NFC')).normalize('NFC'))
}

/** True if a normal form or lower case would turn a character into another one, or into ASCII. */
function hasCompatibilityCharacter(text: string): boolean {
  if (text.normalize('NFKC') !== text.normalize('NFC')) return true
  // NFC turns the Kelvin sign into K, and lower case turns İ into i with a dot.
  return Array.from(text).some(
    (char) => char > '\u007f' && /[\0-\u007f]/.test(char.normalize('NFC').toLowerCase()),
  )
}

function isDotAtom(local: string): boolean {
  // An encoded word (RFC 2047 §2) has only legal characters, but a mailer may decode it to another address.
  const encodedAt = local.indexOf('=?')
  if (encodedAt !== -1 && local.includes('?=', encodedAt + 2)) return false
  if (/\p{DI}/u.test(local)) return false
  return local.split('.').every((part) => atom.test(part) && !/^\p{M}/u.test(part))
}

/** Returns the domain in lower case and in ASCII (RFC 5890); null if it is not a domain. */
function asciiDomain(domain: string): string | null {
  // The function below parses URLs: it would decode percent signs, and drop invisible characters.
  if (!domainCharacters.test(domain) || /\p{DI}/u.test(domain)) return null
  const ascii = domainToASCII(domain.normalize('NFC'))
  const labels = ascii.split('.')
  if (labels.length < 2 || number.test(labels.at(-1) ?? '')) return null
  return labels.every((label) => domainLabel.test(label) && isCanonicalLabel(label)) ? ascii : null
}

/**
 * False for an encoded label that differs from the encoding of its Unicode form: it would be a second form of one name.
 */
function isCanonicalLabel(label: string): boolean {
  if (!label.startsWith('xn--')) return true
  const decoded = domainToUnicode(label)
  return decoded !== label && domainToASCII(decoded) === label
}
