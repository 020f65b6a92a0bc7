import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { secretBytesMin } from '../config/secret-parser.ts'

export interface MasterSecrets {
  /** Seals and opens, and makes keyed digests. At least 32 bytes of UTF-8. */
  readonly current: string
  /** Only open and compare, so that a rotation interrupts nothing. */
  readonly previous?: readonly string[]
}

const keyBytes = 32

/** The keys that are derived from one master secret, one for each purpose. */
export class DerivedKeys {
  /** The first 64 bits of a key that seals nothing: it distinguishes secrets and reveals none. */
  readonly id: string
  readonly #master: KeyObject
  readonly #keys = new Map<string, KeyObject>()

  constructor(secret: string) {
    // HKDF spreads entropy and adds none (RFC 5869 §4): one sealed value is enough to guess a short secret.
    if (Buffer.byteLength(secret) < secretBytesMin) {
      throw new RangeError(`The master secret must have at least ${secretBytesMin} bytes.`)
    }
    this.#master = createSecretKey(secret, 'utf8')
    this.id = this.#derive('proxima/key-id').subarray(0, 8).toString('base64url')
  }

  /** @param use one of a few constants in the code, never data: each has its own key, which stays in memory */
  keyFor(use: string): KeyObject {
    const known = this.#keys.get(use)
    if (known) return known
    const key = createSecretKey(this.#derive(`proxima/${use}`))
    this.#keys.set(use, key)
    return key
  }

  /** HKDF-SHA-256 without salt: a salt could only be kept beside the secret (RFC 5869 §3.1 allows none). */
  #derive(info: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#master, '', info, keyBytes))
  }
}
