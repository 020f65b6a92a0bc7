import { randomBytes, randomInt } from 'node:crypto'

const secretBytes = 32

/**
 * The prefix and 43 base64url characters: 256 bits from the system's CSPRNG. OWASP ASVS 11.5.1 requires 128 bits and does
 * not accept a UUID. The prefix shows people and secret scanners what they have found.
 */
export function randomSecret(prefix: string): string {
  return prefix + randomBytes(secretBytes).toString('base64url')
}

/** Six decimal digits; each of the million values is equally likely. ASVS 6.5.4 names six digits as enough. */
export function randomDigits(): string {
  return randomInt(1_000_000).toString().padStart(6, '0')
}
