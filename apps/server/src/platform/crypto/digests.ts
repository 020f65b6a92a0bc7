import { hash } from 'node:crypto'

/**
 * The SHA-256 of a secret made by `randomSecret`, which is stored and looked up in its place: 43 base64url characters. Not
 * for passwords or short codes.
 *
 * Fast and without salt on purpose: slow hashes protect secrets that people choose, and 256 random bits cannot be guessed.
 * NIST SP 800-63B-4 §3.1.2.2 requires salted password hashing only below 112 bits. Not keyed either: a rotation of the
 * master secret would invalidate every keyed digest, and every session with it.
 */
export function digestSecret(secret: string): string {
  return hash('sha256', secret, 'base64url')
}

/** The SHA-256 of bytes that are not secret, as 43 base64url characters. Only equal bytes have equal digests. */
export function digestBytes(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url')
}
