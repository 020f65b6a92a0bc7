import { randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * Secrets that programs keep in files, and that people therefore publish by mistake. Scanners of code hosts find them by
 * their form, `<prefix>` and 36 letters and digits, and the checksum tells them from other texts of that form. The
 * server refuses a text with a wrong checksum without a query.
 */

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 178 bits from the system's CSPRNG: more than the 128 bits of ASVS 11.5.1, and so the digest needs no salt. */
const randomLength = 30
/** 62^6 is more than 2^32. */
const checksumLength = 6

const form = new RegExp(`^[0-9A-Za-z]{${randomLength + checksumLength}}$`)

/** The prefix, 30 random characters, and the checksum of both. */
export function checksummedSecret(prefix: string): string {
  const random = Array.from({ length: randomLength }, () => alphabet.charAt(randomInt(alphabet.length)))
  const text = prefix + random.join('')
  return text + checksumOf(text)
}

/** True if the text has this prefix, the form of such a secret, and the right checksum. */
export function isChecksummedSecret(prefix: string, text: string): boolean {
  if (!text.startsWith(prefix) || !form.test(text.slice(prefix.length))) return false
  return text.slice(-checksumLength) === checksumOf(text.slice(0, -checksumLength))
}

/** The CRC-32 of the characters before it (ISO 3309, as in zip), in base 62, with leading zeros. */
function checksumOf(text: string): string {
  let rest = crc32(text)
  let digits = ''
  while (digits.length < checksumLength) {
    digits = alphabet.charAt(rest % alphabet.length) + digits
    rest = Math.floor(rest / alphabet.length)
  }
  return digits
}
