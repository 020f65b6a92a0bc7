import { type CryptoKey, importJWK, type JWK } from 'jose'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { unavailable } from '../../../platform/kernel/problems.ts'
import { isPublished, type KeyAlgorithm, nodeMaxAgeSeconds } from './model.ts'
import type { StoredKey } from './repository.ts'

interface PublicKey {
  readonly row: StoredKey
  readonly key: CryptoKey
}

/** One node's copy of the keys, as read from the database at `readAtMs`. */
export interface KnownKeys {
  readonly readAtMs: number
  /** Newest first. */
  readonly keys: readonly StoredKey[]
  readonly publicKeys: ReadonlyMap<string, PublicKey>
}

const maxAgeMs = nodeMaxAgeSeconds * 1_000
// The copy is renewed in the background before it is too old. The request that starts the renewal does not wait for it.
const renewAfterMs = maxAgeMs / 2
// An unknown key id may belong to another node's new key. Without a pause, anyone with invented tokens could query the
// database at will. The pause is safe, because a key signs only some seconds after it was published.
const lookUpPauseMs = 1_000
const failurePauseMs = 1_000

/** A node's own copy of the keys, so that tokens are signed and verified without asking the database each time. */
export class NodeKeys {
  readonly #list: () => Promise<readonly StoredKey[]>
  readonly #clock: Clock
  #known: KnownKeys | null = null
  #reading: Promise<KnownKeys> | null = null
  #failedAtMs = Number.NEGATIVE_INFINITY

  constructor({ list, clock }: { list: () => Promise<readonly StoredKey[]>; clock: Clock }) {
    this.#list = list
    this.#clock = clock
  }

  /** Never older than `nodeMaxAgeSeconds`, unless the database does not answer: then the copy stays in use. */
  async known(): Promise<KnownKeys> {
    const known = this.#known
    if (known === null) return await this.read()
    const ageMs = this.#since(known.readAtMs)
    if (ageMs < renewAfterMs || this.#since(this.#failedAtMs) < failurePauseMs) return known
    const reading = this.read()
    if (ageMs >= maxAgeMs) return await reading.catch((error: unknown) => fallBackTo(known, error))
    // A failure is ignored here: a later request reads again, and handles the failure if the copy is too old by then.
    reading.catch(() => undefined)
    return known
  }

  /**
   * The public key with this id, from the database if this node does not know it yet. Null if it is unknown or retired,
   * or serves another algorithm: a token cannot choose how its key is used (RFC 8725 §3.1).
   */
  async findPublic(kid: string, algorithm: KeyAlgorithm): Promise<CryptoKey | null> {
    let found = (await this.known()).publicKeys.get(kid)
    if (found === undefined && this.#mayLookUp()) found = (await this.read()).publicKeys.get(kid)
    if (found === undefined || found.row.algorithm !== algorithm) return null
    return isPublished(found.row, this.#clock.now()) ? found.key : null
  }

  /** The keys as they are in the database now, or the last copy if it does not answer. */
  async latest(): Promise<KnownKeys> {
    const known = this.#known
    const reading = this.read()
    return await (known === null ? reading : reading.catch((error: unknown) => fallBackTo(known, error)))
  }

  /** The keys as they are in the database now. Concurrent callers share one query. */
  async read(): Promise<KnownKeys> {
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = null
    })
    return await this.#reading
  }

  /** Like `read`, but always from a query that starts after this call. */
  async readFresh(): Promise<KnownKeys> {
    await this.#reading?.catch(() => undefined)
    return await this.read()
  }

  async #readNow(): Promise<KnownKeys> {
    // The age counts from here: the answer may miss what changes while the query runs.
    const readAtMs = this.#clock.now().getTime()
    try {
      const keys = await this.#list()
      const imported = keys.map(
        async (row): Promise<[string, PublicKey]> => [row.kid, await this.#import(row)],
      )
      this.#known = { readAtMs, keys, publicKeys: new Map(await Promise.all(imported)) }
      return this.#known
    } catch (error) {
      this.#failedAtMs = readAtMs
      throw error
    }
  }

  async #import(row: StoredKey): Promise<PublicKey> {
    const before = this.#known?.publicKeys.get(row.kid)
    if (before?.row.publicJwk === row.publicJwk) return { row, key: before.key }
    return { row, key: await importKey(JSON.parse(row.publicJwk) as JWK, row.algorithm) }
  }

  #mayLookUp(): boolean {
    return this.#known === null || this.#since(this.#known.readAtMs) >= lookUpPauseMs
  }

  /** A clock that was set back must not make an old copy look new. */
  #since(momentMs: number): number {
    const ageMs = this.#clock.now().getTime() - momentMs
    return ageMs < 0 ? Number.POSITIVE_INFINITY : ageMs
  }
}

/** Returns the known keys if the database is unavailable. Any other error is a bug and must not be hidden. */
function fallBackTo(known: KnownKeys, error: unknown): KnownKeys {
  if (error instanceof Failure && error.problem === unavailable) return known
  throw error
}

export async function importKey(jwk: JWK, algorithm: KeyAlgorithm): Promise<CryptoKey> {
  const key = await importJWK(jwk, algorithm)
  if (key instanceof Uint8Array) throw new Error('a signing key must be part of a key pair')
  return key
}
