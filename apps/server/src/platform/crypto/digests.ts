import { hash } from 'node:crypto'

/**
 * What is stored, and looked up, in place of a secret made by `randomSecret`: its SHA-256, which is 43
 * base64url characters. Not for passwords or short codes.
 *
 * Fast and without salt on purpose: slow hashes are for what people choose, and nobody guesses 256 random
 * bits. NIST SP 800-63B-4 §3.1.2.2 asks for salted password hashing only below 112 bits. Not keyed, either: a
 * digest under the master secret would die, and every session with it, when that is rotated.
 */
export function digestSecret(secret: string): string {
  return hash('sha256', secret, 'base64url')
}

/** SHA-256 of bytes that are no secret, as 43 base64url characters: equal for equal bytes alone. */
export function digestBytes(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url')
}
