import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { malformedRequest } from '../../../platform/kernel/problems.ts'
import type { ConsentKey } from '../../authorization/consents/model.ts'
import { grantDigest } from '../engine/digest.ts'
import { type Entry, payloadLengthMax } from './model.ts'
import type { EntriesRepository } from './repository.ts'

export interface EntriesServiceOptions {
  readonly db: Database
  readonly entries: EntriesRepository
  readonly clock: Clock
}

/** Remembers what the provider needs between two requests. */
export class EntriesService {
  readonly #options: EntriesServiceOptions

  constructor(options: EntriesServiceOptions) {
    this.#options = options
  }

  /** Adds it, or stores it again. @throws `malformed_request` if the request that it holds is too long */
  async save(entry: Entry): Promise<void> {
    const { db, entries } = this.#options
    assertFits(entry)
    if (await entries.update(db, entry)) return
    if (!(await entries.insert(db, entry))) await entries.update(db, entry)
  }

  /** @returns false if it was stored before */
  async add(entry: Entry): Promise<boolean> {
    const { db, entries } = this.#options
    assertFits(entry)
    return await entries.insert(db, entry)
  }

  /** Null if there is none that is still valid. One that has expired is deleted: it must not work again if the clock is set back. */
  async find(digest: string): Promise<Entry | null> {
    const { clock, db, entries } = this.#options
    const entry = await entries.find(db, digest)
    if (entry === null || entry.expiresAt > clock.now()) return entry
    await entries.delete(db, digest)
    return null
  }

  /** @returns whether it had not been used before */
  async consume(digest: string): Promise<boolean> {
    const { clock, db, entries } = this.#options
    return await entries.consume(db, digest, clock.now())
  }

  async delete(digest: string): Promise<void> {
    await this.#options.entries.delete(this.#options.db, digest)
  }

  /** Ends a grant, and everything that could become one of its sessions. */
  async endGrant(transaction: Transaction, grantId: string): Promise<void> {
    const { entries } = this.#options
    await entries.delete(transaction, grantDigest(grantId))
    await entries.deleteByGrant(transaction, grantId)
  }

  /** Ends every sign-in to an application that is not finished. What ends the sessions of an account ends these too. */
  async endAll(transaction: Transaction, accountId: AccountId): Promise<void> {
    await this.#options.entries.deleteByAccount(transaction, accountId)
  }

  /** The same for all accounts. */
  async endEvery(db: Database): Promise<void> {
    await this.#options.entries.deleteEvery(db)
  }

  /** Ends what an application could still turn into tokens. */
  async endFor(transaction: Transaction, key: ConsentKey): Promise<void> {
    await this.#options.entries.deleteByConsent(transaction, key)
  }

  /** Keeps the grant as long as its session. @returns false if it has ended */
  async keepGrant(transaction: Transaction, grantId: string, until: Date): Promise<boolean> {
    return await this.#options.entries.lock(transaction, grantDigest(grantId), until)
  }

  /** @returns how many were deleted, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { clock, db, entries } = this.#options
    return await entries.deleteExpired(db, clock.now(), limit)
  }
}

function assertFits({ payload }: Entry): void {
  if (JSON.stringify(payload).length > payloadLengthMax)
    throw new Failure(malformedRequest, { detail: 'The request is too long.' })
}
