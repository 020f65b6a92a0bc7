import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Turns national ids into digests, which are all that the database holds. The key is the service's own: without it,
 * someone who reads the database cannot try all numbers, of which there are only some billions.
 */
export class NationalIds {
  readonly #key: Buffer

  /** @param key 32 random bytes */
  constructor(key: Buffer) {
    this.#key = key
  }

  digestOf(nationalId: string): string {
    return createHmac('sha256', this.#key).update(canonical(nationalId)).digest('hex')
  }

  /** Compares in constant time. */
  match(one: string, other: string): boolean {
    return timingSafeEqual(Buffer.from(this.digestOf(one)), Buffer.from(this.digestOf(other)))
  }
}

/** People write the same number with and without spaces, hyphens and capitals. */
function canonical(nationalId: string): string {
  return nationalId
    .normalize('NFKC')
    .replaceAll(/[\s\-./]/g, '')
    .toUpperCase()
}
