import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { DerivedKeys, type MasterSecrets } from './derived-keys.ts'

/**
 * Digests of short secrets, such as codes of 6 digits. All million codes can be tried against a plain digest in a second,
 * so the key is not in the database (A85): it is derived from the master secret. A previous master secret still
 * recognizes its digests, so that a rotation does not invalidate the codes that people are typing.
 */
export class KeyedDigests {
  readonly #current: DerivedKeys
  readonly #all: readonly DerivedKeys[]

  constructor({ current, previous = [] }: MasterSecrets) {
    this.#current = new DerivedKeys(current)
    this.#all = [this.#current, ...previous.map((secret) => new DerivedKeys(secret))]
  }

  /**
   * HMAC-SHA-256 as 43 base64url characters.
   * @param use one of a few constants in the code: each has its own key
   * @param parts as a JSON list, so that no two lists have the same bytes
   */
  digest(use: string, parts: readonly (string | null)[]): string {
    return digestWith(this.#current.keyFor(`digest/${use}`), parts)
  }

  /** The digest with each master secret, the current one first: a look-up must find the digests of all. */
  candidates(use: string, parts: readonly (string | null)[]): readonly string[] {
    return this.#all.map((keys) => digestWith(keys.keyFor(`digest/${use}`), parts))
  }

  /** Takes the same time for every digest (ASVS 11.2.4, A86). */
  matches(digest: string, use: string, parts: readonly (string | null)[]): boolean {
    const stored = Buffer.from(digest)
    return this.candidates(use, parts)
      .map((candidate) => Buffer.from(candidate))
      .map((candidate) => candidate.length === stored.length && timingSafeEqual(candidate, stored))
      .includes(true)
  }
}

function digestWith(key: KeyObject, parts: readonly (string | null)[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url')
}
