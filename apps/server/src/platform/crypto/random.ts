import { randomBytes } from 'node:crypto'

const secretBytes = 32

/**
 * The prefix and 43 base64url characters: 256 bits from the system's CSPRNG. OWASP ASVS 11.5.1 asks for 128,
 * and says that a UUID will not do. The prefix tells people and secret scanners what they have found.
 */
export function randomSecret(prefix: string): string {
  return prefix + randomBytes(secretBytes).toString('base64url')
}
