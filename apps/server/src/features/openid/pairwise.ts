import { createHmac } from 'node:crypto'
import { randomSecret } from '../../platform/crypto/random.ts'
import { entryDigest } from './engine/digest.ts'
import type { EntriesService } from './entries/service.ts'

const kind = 'PairwiseSalt'
/** The salt never expires: with another one, every application would see strangers. */
const never = new Date('9999-12-31T00:00:00Z')

/**
 * Another subject for each sector, so that two applications cannot find out that they have the same user (OpenID Connect
 * Core §8.1). The salt is random and stored, because a key from the master secret would change with it.
 */
export class PairwiseSubjects {
  readonly #entries: Pick<EntriesService, 'add' | 'find'>
  #salt: string | null = null

  constructor({ entries }: { readonly entries: Pick<EntriesService, 'add' | 'find'> }) {
    this.#entries = entries
  }

  async of(accountId: string, sector: string): Promise<string> {
    this.#salt ??= await this.#load()
    return createHmac('sha256', this.#salt)
      .update(JSON.stringify([sector, accountId]))
      .digest('base64url')
  }

  /** Of several servers that make the first one, one succeeds, and all use its salt. */
  async #load(): Promise<string> {
    const digest = entryDigest(kind, 'salt')
    const made = { digest, kind, grantId: null, accountId: null, clientId: null, sessionId: null }
    const known = await this.#entries.find(digest)
    if (known === null)
      await this.#entries.add({
        ...made,
        payload: { salt: randomSecret('') },
        consumedAt: null,
        expiresAt: never,
      })
    const stored = known ?? (await this.#entries.find(digest))
    return String(stored?.payload['salt'])
  }
}
