import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import type { Sealer } from '../../platform/crypto/sealing.ts'
import type { Database } from '../../platform/database/tables.ts'
import type { Clock } from '../../platform/kernel/clock.ts'
import type { PublicJwk } from './model.ts'
import type { KeyRow, KeysRepository } from './repository.ts'

export interface SigningKey {
  readonly kid: string
  readonly privateKey: CryptoKey
}

export interface KeysServiceOptions {
  readonly db: Database
  readonly keys: KeysRepository
  readonly sealer: Sealer
  readonly clock: Clock
}

const algorithm = 'ES256'
const sealingPurpose = 'signing_keys.private_jwk'
// An unknown key id may be another node's new key. Asking the database more often than this would let anybody with
// made-up tokens do so at will.
const reloadPauseMs = 1_000

export class KeysService {
  readonly #db: Database
  readonly #keys: KeysRepository
  readonly #sealer: Sealer
  readonly #clock: Clock
  #signing: Promise<SigningKey> | null = null
  #verification: ReadonlyMap<string, CryptoKey> = new Map()
  #loadedAtMs = Number.NEGATIVE_INFINITY

  constructor({ db, keys, sealer, clock }: KeysServiceOptions) {
    this.#db = db
    this.#keys = keys
    this.#sealer = sealer
    this.#clock = clock
  }

  /** The newest key; made at the first start. Fails where the master secret does not fit the database. */
  async signingKey(): Promise<SigningKey> {
    this.#signing ??= this.#openSigningKey()
    try {
      return await this.#signing
    } catch (error) {
      this.#signing = null
      throw error
    }
  }

  async verificationKey(kid: string): Promise<CryptoKey | null> {
    const known = this.#verification.get(kid)
    if (known !== undefined) return known
    const now = this.#clock.now().getTime()
    if (now - this.#loadedAtMs < reloadPauseMs) return null
    this.#verification = await this.#loadVerificationKeys()
    this.#loadedAtMs = now
    return this.#verification.get(kid) ?? null
  }

  async publicKeys(): Promise<PublicJwk[]> {
    const rows = await this.#keys.list(this.#db)
    return rows.map(({ publicJwk }) => JSON.parse(publicJwk) as PublicJwk)
  }

  async #openSigningKey(): Promise<SigningKey> {
    const [newest] = await this.#keys.list(this.#db)
    const { kid, privateJwkSealed } = newest ?? (await this.#make())
    const jwk = JSON.parse(this.#sealer.open(privateJwkSealed, { purpose: sealingPurpose, id: kid })) as JWK
    return { kid, privateKey: await importKey(jwk) }
  }

  async #make(): Promise<KeyRow> {
    const pair = await generateKeyPair(algorithm, { extractable: true })
    const jwk = await exportJWK(pair.publicKey)
    const kid = await calculateJwkThumbprint(jwk)
    const row = {
      kid,
      publicJwk: JSON.stringify({ ...jwk, kid, alg: algorithm, use: 'sig' }),
      privateJwkSealed: this.#sealer.seal(JSON.stringify(await exportJWK(pair.privateKey)), {
        purpose: sealingPurpose,
        id: kid,
      }),
      createdAt: this.#clock.now(),
    }
    await this.#keys.insert(this.#db, row)
    return row
  }

  async #loadVerificationKeys(): Promise<Map<string, CryptoKey>> {
    const keys = new Map<string, CryptoKey>()
    for (const jwk of await this.publicKeys()) keys.set(jwk.kid, await importKey(jwk))
    return keys
  }
}

async function importKey(jwk: JWK | PublicJwk): Promise<CryptoKey> {
  const key = await importJWK(jwk, algorithm)
  if (key instanceof Uint8Array) throw new Error('a signing key must be an elliptic-curve key')
  return key
}
