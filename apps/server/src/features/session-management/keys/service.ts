import type { CryptoKey, JWK } from 'jose'
import type { ResealStep, Sealer } from '../../../platform/crypto/sealing.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { notFound, unavailable } from '../../../platform/kernel/problems.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import {
  findSigning,
  isPublished,
  type KeyLife,
  type KeyState,
  keyInUse,
  leadSeconds,
  type PublicJwk,
  retirementSlackSeconds,
  stateOf,
  urgentLeadSeconds,
} from './model.ts'
import { type KeyPair, makeKeyPair, sealingPurpose } from './new-key.ts'
import { importKey, NodeKeys } from './node-keys.ts'
import type { KeysRepository, NewKey, StoredKey } from './repository.ts'

export interface SigningKey {
  readonly kid: string
  readonly privateKey: CryptoKey
}

export interface KeyInfo extends KeyLife {
  readonly state: KeyState
}

export interface KeysServiceOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success'>
  readonly keys: KeysRepository
  readonly sealer: Sealer
  readonly clock: Clock
  /** The longest life of what the keys sign: so long a key is accepted after it has signed for the last time. */
  readonly tokenTtlSeconds: number
}

const attemptsMax = 10

export class KeysService {
  readonly #db: Database
  readonly #audit: Pick<AuditService, 'success'>
  readonly #keys: KeysRepository
  readonly #sealer: Sealer
  readonly #clock: Clock
  readonly #tokenTtlSeconds: number
  readonly #node: NodeKeys
  #making: Promise<KeyPair> | null = null
  #opened: { readonly kid: string; readonly key: Promise<SigningKey> } | null = null

  constructor({ db, audit, keys, sealer, clock, tokenTtlSeconds }: KeysServiceOptions) {
    this.#db = db
    this.#audit = audit
    this.#keys = keys
    this.#sealer = sealer
    this.#clock = clock
    this.#tokenTtlSeconds = tokenTtlSeconds
    this.#node = new NodeKeys({ list: () => keys.list(db), clock })
  }

  /** The newest that is active; made at the first start. Fails where the master secret does not fit the database. */
  async signingKey(): Promise<SigningKey> {
    const { keys } = await this.#node.known()
    return await this.#open(findSigning(keys, this.#clock.now()) ?? (await this.#makeFirst()))
  }

  /** Null for a key that is unknown, or retired for `nodeMaxAgeSeconds` at the most. */
  async verificationKey(kid: string): Promise<CryptoKey | null> {
    return await this.#node.findPublic(kid)
  }

  /** Those to be published: the one that signs, those that will, and those whose tokens may still be alive. */
  async publicKeys(): Promise<PublicJwk[]> {
    const { keys } = await this.#node.latest()
    const now = this.#clock.now()
    return keys
      .filter((key) => isPublished(key, now))
      .map(({ publicJwk }) => JSON.parse(publicJwk) as PublicJwk)
  }

  /** Newest first, retired ones too. */
  async list(): Promise<KeyInfo[]> {
    const keys = await this.#keys.list(this.#db)
    const now = this.#clock.now()
    return keys.map((key) => ({ ...key, state: stateOf(key, keys, now) }))
  }

  /** Publishes a new key, which signs after a lead; those before it retire once nothing alive is signed by them. */
  async rotate({ isUrgent }: { isUrgent: boolean }): Promise<KeyInfo> {
    const { kid } = await this.#follow(isUrgent ? urgentLeadSeconds : leadSeconds)
    return await this.#info(kid)
  }

  /**
   * Withdraws a key that may have leaked: all that it signed is refused, on this node at once and on the others within
   * `nodeMaxAgeSeconds`. With `replace` another takes its place first, which puts it off by `urgentLeadSeconds`, within
   * the same bound.
   * @throws `not_found`, and `signing_key_in_use` where there would be none left to sign
   */
  async retire(kid: string, { replace }: { replace: boolean }): Promise<KeyInfo> {
    const { state } = await this.#info(kid)
    if (state === 'signing' || state === 'next') {
      if (!replace) throw new Failure(keyInUse)
      await this.#follow(urgentLeadSeconds, async (db, { activatesAt }) => {
        await this.#withdraw(db, kid, activatesAt)
      })
    } else await inTransaction(this.#db, (db) => this.#withdraw(db, kid, this.#clock.now()))
    await this.#node.readAnew()
    return await this.#info(kid)
  }

  /**
   * Seals anew what a previous master secret sealed; a server that runs meanwhile opens both. The key that signs comes
   * last, for without it no server starts: none runs on the current secret alone while other keys still need another.
   * @throws WrongMasterSecret, DamagedSeal
   */
  async reseal({ isTrial }: { isTrial: boolean }): Promise<ResealStep> {
    const keys = await this.#keys.list(this.#db)
    const signing = findSigning(keys, this.#clock.now())
    let outdated = 0
    for (const key of keys.toSorted((one, other) => Number(one === signing) - Number(other === signing))) {
      const resealed = this.#sealer.reseal(key.privateJwkSealed, { purpose: sealingPurpose, id: key.kid })
      if (resealed === null) continue
      outdated += 1
      if (!isTrial) await this.#keys.replaceSealed(this.#db, key, resealed)
    }
    return { outdated, next: null }
  }

  async #withdraw(db: Transaction, kid: string, at: Date): Promise<void> {
    await this.#keys.retire(db, kid, at)
    await this.#audit.success(db, 'key_retirement', {}, noRequest)
  }

  async #info(kid: string): Promise<KeyInfo> {
    const info = (await this.list()).find((key) => key.kid === kid)
    if (info === undefined) throw new Failure(notFound, { detail: 'There is no such key.' })
    return info
  }

  /** However many ask meanwhile, this node makes one; of several nodes one succeeds, and the others find its key. */
  async #makeFirst(): Promise<KeyPair> {
    this.#making ??= this.#follow(0).finally(() => {
      this.#making = null
    })
    const made = await this.#making
    await this.#node.readAnew()
    return made
  }

  /** Stores a key behind the newest one. With no lead it is only made where no key signs. */
  async #follow(
    leadSeconds: number,
    andThen: (db: Transaction, key: NewKey) => Promise<void> = async () => undefined,
  ): Promise<KeyPair> {
    // Making a pair takes time, and a transaction should not.
    const pair = await makeKeyPair(this.#sealer)
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      try {
        return await inTransaction(this.#db, async (db) => {
          const keys = await this.#keys.list(db)
          const signing = findSigning(keys, this.#clock.now())
          if (signing !== null && leadSeconds === 0) return signing
          const key = this.#lifeOf(pair, keys, signing === null ? 0 : leadSeconds)
          if (!(await this.#keys.insert(db, key))) throw new Overtaken()
          const retiresAt =
            key.activatesAt.getTime() + (this.#tokenTtlSeconds + retirementSlackSeconds) * 1_000
          await this.#keys.retireOlder(db, key, new Date(retiresAt))
          await this.#audit.success(db, 'key_rotation', {}, noRequest)
          await andThen(db, key)
          return key
        })
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error
      }
    }
    throw new Failure(unavailable, { detail: 'Other nodes make keys at this moment.', retryAfterSeconds: 1 })
  }

  /** Newer than the newest, whatever this machine's clock says: the newest is the one that signs. */
  #lifeOf(pair: KeyPair, [newest]: readonly StoredKey[], leadSeconds: number): NewKey {
    const nowMs = this.#clock.now().getTime()
    const createdAtMs = Math.max(nowMs, (newest?.createdAt.getTime() ?? 0) + 1)
    return {
      ...pair,
      createdAt: new Date(createdAtMs),
      activatesAt: new Date(nowMs + leadSeconds * 1_000),
      predecessor: newest?.kid ?? null,
    }
  }

  async #open(pair: KeyPair): Promise<SigningKey> {
    if (this.#opened?.kid !== pair.kid) this.#opened = { kid: pair.kid, key: this.#openSealed(pair) }
    const opened = this.#opened
    try {
      return await opened.key
    } catch (error) {
      if (this.#opened === opened) this.#opened = null
      throw error
    }
  }

  async #openSealed({ kid, privateJwkSealed }: KeyPair): Promise<SigningKey> {
    const jwk = JSON.parse(this.#sealer.open(privateJwkSealed, { purpose: sealingPurpose, id: kid })) as JWK
    return { kid, privateKey: await importKey(jwk) }
  }
}

/** Another node's key has the same predecessor: look again. */
class Overtaken extends Error {}
