import { asciiNumber } from '../../../platform/kernel/typed-text.ts'

/** How many codes a set has. */
export const codesInSet = 10

/** Crockford's base 32: no letter in it looks like a digit, and none of its words offends. */
export const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
/**
 * 24 characters of 5 bits are 120 bits. From 112 bits on, NIST SP 800-63B-4 §3.1.2.2 asks for no slow hash with a salt,
 * so a plain digest is enough. It needs no key, so a rotation of the master secret leaves printed codes valid.
 */
export const codeLength = 24
const groupLength = 6

/** As people read and type it: four groups of six. */
export function inGroups(code: string): string {
  return code.match(new RegExp(`.{${groupLength}}`, 'g'))?.join('-') ?? code
}

const typedLengthMax = 64

/**
 * Reads a typed code. Case, spaces and dashes do not matter, and `o`, `i` and `l` are the digits that they look like
 * (A97). @returns its canonical form; null if the text cannot be a code
 */
export function readRecoveryCode(text: string): string | null {
  if (text.length > typedLengthMax) return null
  const typed = asciiNumber(text).toLowerCase().replaceAll(/[\s-]/g, '')
  const code = typed.replaceAll('o', '0').replaceAll(/[il]/g, '1')
  return code.length === codeLength && [...code].every((letter) => alphabet.includes(letter)) ? code : null
}
