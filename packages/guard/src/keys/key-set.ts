import { type CryptoKey, importJWK, type JWK } from 'jose'
import { Refusal } from '../refusal.ts'
import type { Server } from '../server.ts'

/** Older keys are fetched again before they are used, so that those that the server has retired stop working. */
const ageMaxMs = 60_000
/** From this age on, the keys are fetched again beside a request, so that none has to wait. */
const refreshFromMs = 45_000
/** Whatever key ids callers make up, the server gets no more than one request in this time. */
const fetchEveryMs = 1_000

export interface KeySetOptions {
  readonly server: Pick<Server, 'ask'>
  /** Milliseconds that only move forward. */
  readonly now: () => number
}

/** The public keys of the server. Without the server, the last ones stay valid. */
export class KeySet {
  readonly #options: KeySetOptions
  #keys: ReadonlyMap<string, CryptoKey> = new Map()
  #fetchedAtMs = Number.NEGATIVE_INFINITY
  #lastFetchAtMs = Number.NEGATIVE_INFINITY
  #hasFailed = false
  #fetching: Promise<void> | null = null

  constructor(options: KeySetOptions) {
    this.#options = options
  }

  /** True if the key is known, and need not be fetched again. */
  isCurrent(kid: string): boolean {
    return this.#ageMs() < refreshFromMs && this.#keys.has(kid)
  }

  /**
   * Null for a key that the server does not have. For an unknown key, the server is asked after the call begins, so a
   * key that has just replaced another is known at once.
   * @throws Refusal `unavailable`
   */
  async find(kid: string): Promise<CryptoKey | null> {
    if (this.#keys.has(kid)) await this.#refreshOld()
    else await this.#refreshUntil(kid, this.#options.now())
    return this.#keys.get(kid) ?? null
  }

  async #refreshOld(): Promise<void> {
    const ageMs = this.#ageMs()
    if (ageMs < refreshFromMs) return
    const fetched = this.#fetchSoon()
    // While the server is away, no request waits for it.
    if (ageMs < ageMaxMs || this.#hasFailed) fetched.catch(() => undefined)
    else await fetched.catch(() => undefined)
  }

  async #refreshUntil(kid: string, askedAtMs: number): Promise<void> {
    // A fetch that began earlier may have been answered before the key existed.
    while (this.#lastFetchAtMs < askedAtMs || this.#fetching !== null) {
      await this.#fetchSoon()
      if (this.#keys.has(kid)) return
    }
    if (this.#hasFailed) throw new Refusal('unavailable', { reason: 'the keys cannot be fetched' })
  }

  #fetchSoon(): Promise<void> {
    this.#fetching ??= this.#fetchAfterPause().finally(() => {
      this.#fetching = null
    })
    return this.#fetching
  }

  async #fetchAfterPause(): Promise<void> {
    const pauseMs = this.#lastFetchAtMs + fetchEveryMs - this.#options.now()
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
    this.#lastFetchAtMs = this.#options.now()
    try {
      // Asks caches in between for the keys of this moment, too.
      const headers = { 'cache-control': 'no-cache' }
      const path = '/.well-known/jwks.json'
      const { json } = await this.#options.server.ask({ path, headers, needsOk: true })
      this.#keys = await importKeys(json)
      this.#fetchedAtMs = this.#lastFetchAtMs
      this.#hasFailed = false
    } catch (error) {
      this.#hasFailed = true
      throw error
    }
  }

  #ageMs(): number {
    return this.#options.now() - this.#fetchedAtMs
  }
}

/** Only what Proxima signs with. A set can have other keys, and keys that no one can read (RFC 7517 §5). */
async function importKeys(json: unknown): Promise<ReadonlyMap<string, CryptoKey>> {
  const list = typeof json === 'object' && json !== null && 'keys' in json ? json.keys : null
  if (!Array.isArray(list)) throw new Refusal('unavailable', { reason: 'the keys are not a JWK set' })
  const keys = new Map<string, CryptoKey>()
  for (const jwk of list.filter(isSigningKey)) {
    // The algorithm is ours, not the token's: none can be confused (RFC 8725 §3.1, A67).
    const key = await importJWK({ ...jwk }, 'ES256').catch(() => null)
    if (key !== null && !(key instanceof Uint8Array)) keys.set(jwk.kid, key)
  }
  return keys
}

function isSigningKey(value: unknown): value is JWK & { readonly kid: string } {
  if (typeof value !== 'object' || value === null) return false
  const { kid, kty, crv, use = 'sig', alg = 'ES256' } = value as JWK
  return typeof kid === 'string' && kty === 'EC' && crv === 'P-256' && use === 'sig' && alg === 'ES256'
}
