import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { CryptoKey } from 'jose'
import type { ResealStep, Sealer } from '../../../platform/crypto/sealing.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { notFound, unavailable } from '../../../platform/kernel/problems.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { RevocationsService } from '../../safeguards/revocations/service.ts'
import {
  findSigning,
  isPublished,
  type KeyAlgorithm,
  type KeyLife,
  type KeyState,
  keyInUse,
  leadSeconds,
  type PublicJwk,
  replacementLeadSeconds,
  retirementSlackSeconds,
  stateOf,
  urgentLeadSeconds,
} from './model.ts'
import { type KeyPair, makeKeyPair, sealingPurpose } from './new-key.ts'
import { NodeKeys } from './node-keys.ts'
import type { KeysRepository, NewKey, StoredKey } from './repository.ts'

export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
}

export interface KeyInfo extends KeyLife {
  readonly state: KeyState
}

export interface KeysServiceOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success'>
  readonly revocations: Pick<RevocationsService, 'recordKey'>
  readonly keys: KeysRepository
  readonly sealer: Sealer
  readonly clock: Clock
  /** The life of the tokens that the keys sign: a key is accepted for this long after it last signed. */
  readonly tokenTtlSeconds: number
}

/** The private key of the pair that signs, once it is unsealed. */
interface OpenedKey {
  readonly kid: string
  readonly key: Promise<SigningKey>
}

const attemptsMax = 10

export class KeysService {
  readonly #options: KeysServiceOptions
  readonly #node: NodeKeys
  readonly #making = new Map<KeyAlgorithm, Promise<KeyPair>>()
  readonly #opened = new Map<KeyAlgorithm, OpenedKey>()
  readonly #openedOthers = new Map<string, SigningKey>()

  constructor(options: KeysServiceOptions) {
    const { db, keys, clock } = options
    this.#options = options
    this.#node = new NodeKeys({ list: () => keys.list(db), clock })
  }

  /** The newest active key. The first key is created on demand. @throws WrongMasterSecret */
  async signingKey(algorithm: KeyAlgorithm): Promise<SigningKey> {
    const { keys } = await this.#node.known()
    const signing = findSigning(keys, algorithm, this.#options.clock.now())
    return await this.#open(signing ?? (await this.#makeFirst(algorithm)))
  }

  /** Opens the key that signs. If there is none, it creates none. @throws WrongMasterSecret, DamagedSeal */
  async assertOpens(algorithm: KeyAlgorithm): Promise<void> {
    const { keys } = await this.#node.known()
    const signing = findSigning(keys, algorithm, this.#options.clock.now())
    if (signing !== null) await this.#open(signing)
  }

  /**
   * Null if the key is unknown, serves another algorithm or is retired. A node may accept a retired key for up to
   * `nodeMaxAgeSeconds`.
   */
  async verificationKey(kid: string, algorithm: KeyAlgorithm): Promise<CryptoKey | null> {
    return await this.#node.findPublic(kid, algorithm)
  }

  /** The private keys whose public parts are published, the one that signs now first. */
  async privateKeys(algorithm: KeyAlgorithm): Promise<SigningKey[]> {
    const signing = await this.signingKey(algorithm)
    const { keys } = await this.#node.known()
    const now = this.#options.clock.now()
    const others = keys.filter(
      (key) => key.algorithm === algorithm && key.kid !== signing.kid && isPublished(key, now),
    )
    return [signing, ...(await Promise.all(others.map((key) => this.#openOther(key))))]
  }

  /** The keys to publish: those that sign, those that will, and those whose tokens may still be valid. */
  async publicKeys(): Promise<PublicJwk[]> {
    const { keys } = await this.#node.latest()
    const now = this.#options.clock.now()
    return keys
      .filter((key) => isPublished(key, now))
      .map(({ publicJwk }) => JSON.parse(publicJwk) as PublicJwk)
  }

  /** Newest first, retired ones too. */
  async list(): Promise<KeyInfo[]> {
    const keys = await this.#options.keys.list(this.#options.db)
    const now = this.#options.clock.now()
    return keys.map((key) => ({ ...key, state: stateOf(key, keys, now) }))
  }

  /** The public parts of all keys that the master secret has sealed, retired ones too. No one else can have added them. */
  async ownPublicKeys(): Promise<{ readonly kid: string; readonly jwk: JsonWebKey }[]> {
    const keys = await this.#options.keys.list(this.#options.db)
    const opened = keys.map((key) => this.#openSealed(key).catch(() => null))
    return (await Promise.all(opened)).flatMap((key) =>
      key === null ? [] : [{ kid: key.kid, jwk: createPublicKey(key.privateKey).export({ format: 'jwk' }) }],
    )
  }

  /** Publishes a new key, which signs after a lead time. The former keys retire once all their tokens have expired. */
  async rotate({ algorithm, isUrgent }: { algorithm: KeyAlgorithm; isUrgent: boolean }): Promise<KeyInfo> {
    const { kid } = await this.#addKey(algorithm, isUrgent ? urgentLeadSeconds : leadSeconds)
    return await this.#info(kid)
  }

  /**
   * Withdraws a key that may have leaked: this node refuses its tokens at once, the others within `nodeMaxAgeSeconds`.
   * With `replace`, another key takes its place first, which delays the end by `replacementLeadSeconds`, within the same
   * bound.
   * @throws `not_found`, and `signing_key_in_use` if no key would be left to sign
   */
  async retire(kid: string, { replace }: { replace: boolean }): Promise<KeyInfo> {
    const { algorithm, state } = await this.#info(kid)
    if (state === 'signing' || state === 'next') {
      if (!replace) throw new Failure(keyInUse)
      await this.#addKey(algorithm, replacementLeadSeconds, async (db, { activatesAt }) => {
        await this.#withdraw(db, kid, activatesAt)
      })
    } else await inTransaction(this.#options.db, (db) => this.#withdraw(db, kid, this.#options.clock.now()))
    await this.#node.readFresh()
    return await this.#info(kid)
  }

  /**
   * Reseals the keys that a previous master secret sealed. Running servers can open both. The signing key comes last:
   * no server starts without it, so none runs with only the current secret before all other keys are resealed.
   * @throws WrongMasterSecret, DamagedSeal
   */
  async reseal({ dryRun }: { dryRun: boolean }): Promise<ResealStep> {
    const keys = await this.#options.keys.list(this.#options.db)
    const now = this.#options.clock.now()
    const signsLast = (key: StoredKey) => Number(findSigning(keys, key.algorithm, now) === key)
    let outdated = 0
    for (const key of keys.toSorted((one, other) => signsLast(one) - signsLast(other))) {
      const resealed = this.#options.sealer.reseal(key.privateJwkSealed, {
        purpose: sealingPurpose,
        id: key.kid,
      })
      if (resealed === null) continue
      outdated += 1
      if (!dryRun) await this.#options.keys.replaceSealed(this.#options.db, key, resealed)
    }
    return { outdated, next: null }
  }

  async #withdraw(db: Transaction, kid: string, at: Date): Promise<void> {
    await this.#options.keys.retire(db, kid, at)
    await this.#options.revocations.recordKey(db, kid, at)
    await this.#options.audit.success(db, 'key_retirement', { target: `key:${kid}` }, noRequest)
  }

  async #info(kid: string): Promise<KeyInfo> {
    const info = (await this.list()).find((key) => key.kid === kid)
    if (info === undefined) throw new Failure(notFound, { detail: 'There is no such key.' })
    return info
  }

  /** Concurrent callers share one new key. If several nodes make a key, one succeeds and the others find its key. */
  async #makeFirst(algorithm: KeyAlgorithm): Promise<KeyPair> {
    const making =
      this.#making.get(algorithm) ??
      this.#addKey(algorithm, 0).finally(() => {
        this.#making.delete(algorithm)
      })
    this.#making.set(algorithm, making)
    const made = await making
    await this.#node.readFresh()
    return made
  }

  /** Adds a key after the newest one. If `leadSeconds` is 0, adds it only if no key signs. */
  async #addKey(
    algorithm: KeyAlgorithm,
    leadSeconds: number,
    andThen: (db: Transaction, key: NewKey) => Promise<void> = async () => undefined,
  ): Promise<KeyPair> {
    // Making a pair takes time, so it happens outside the transaction.
    const pair = await makeKeyPair(this.#options.sealer, algorithm)
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      try {
        return await inTransaction(this.#options.db, async (db) => {
          const keys = await this.#options.keys.list(db)
          const signing = findSigning(keys, algorithm, this.#options.clock.now())
          if (signing !== null && leadSeconds === 0) return signing
          const same = keys.filter((key) => key.algorithm === algorithm)
          const key = this.#lifeOf(pair, same, signing === null ? 0 : leadSeconds)
          if (!(await this.#options.keys.insert(db, key))) throw new Overtaken()
          const retiresAt =
            key.activatesAt.getTime() + (this.#options.tokenTtlSeconds + retirementSlackSeconds) * 1_000
          await this.#options.keys.retireOlder(db, key, new Date(retiresAt))
          await this.#options.audit.success(db, 'key_rotation', { target: `key:${key.kid}` }, noRequest)
          await andThen(db, key)
          return key
        })
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error
      }
    }
    throw new Failure(unavailable, {
      detail: 'Other servers are creating keys right now. Try again shortly.',
      retryAfterSeconds: 1,
    })
  }

  /** Dates the key after the newest one, even if this machine's clock is behind, because the newest key signs. */
  #lifeOf(pair: KeyPair, [newest]: readonly StoredKey[], leadSeconds: number): NewKey {
    const nowMs = this.#options.clock.now().getTime()
    const createdAtMs = Math.max(nowMs, (newest?.createdAt.getTime() ?? 0) + 1)
    return {
      ...pair,
      createdAt: new Date(createdAtMs),
      activatesAt: new Date(nowMs + leadSeconds * 1_000),
      predecessor: newest?.kid ?? null,
    }
  }

  async #open(pair: KeyPair): Promise<SigningKey> {
    const known = this.#opened.get(pair.algorithm)
    const opened = known?.kid === pair.kid ? known : { kid: pair.kid, key: this.#openSealed(pair) }
    this.#opened.set(pair.algorithm, opened)
    try {
      return await opened.key
    } catch (error) {
      if (this.#opened.get(pair.algorithm) === opened) this.#opened.delete(pair.algorithm)
      throw error
    }
  }

  async #openOther(pair: KeyPair): Promise<SigningKey> {
    const opened = this.#openedOthers.get(pair.kid) ?? (await this.#openSealed(pair))
    this.#openedOthers.set(pair.kid, opened)
    return opened
  }

  async #openSealed({ kid, privateJwkSealed }: KeyPair): Promise<SigningKey> {
    const jwk = JSON.parse(
      this.#options.sealer.open(privateJwkSealed, { purpose: sealingPurpose, id: kid }),
    ) as JsonWebKey
    return { kid, privateKey: createPrivateKey({ key: jwk, format: 'jwk' }) }
  }
}

/** Another node has stored a key with the same predecessor, so the attempt is repeated. */
class Overtaken extends Error {}
