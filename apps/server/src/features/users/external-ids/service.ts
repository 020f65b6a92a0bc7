import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import type { AccountsService } from '../accounts/service.ts'
import { type ExternalId, externalIdTaken, externalIdText, numberOf, type OwnedExternalId } from './model.ts'
import type { ExternalIdsRepository } from './repository.ts'

export interface ExternalIdsOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'lock'>
  readonly externalIds: ExternalIdsRepository
}

/** Knows which ids accounts have in other systems, such as the backend from which they were imported. */
export class ExternalIdsService {
  readonly #options: ExternalIdsOptions

  constructor(options: ExternalIdsOptions) {
    this.#options = options
  }

  /** The account that has the id; null if there is none. */
  async find(db: Database, { source, id }: ExternalId): Promise<AccountId | null> {
    const [owner] = await this.#options.externalIds.findOwners(db, source, [id])
    return owner?.accountId ?? null
  }

  /** Those of many ids of one source that accounts have. */
  async findMany(db: Database, source: string, ids: readonly string[]): Promise<readonly OwnedExternalId[]> {
    return await this.#options.externalIds.findOwners(db, source, ids)
  }

  /** Those of the accounts that have an id of the source. */
  async filterImported(
    db: Database,
    source: string,
    accountIds: readonly AccountId[],
  ): Promise<ReadonlySet<AccountId>> {
    const owned = await this.#options.externalIds.listBySource(db, source, accountIds)
    return new Set(owned.map(({ accountId }) => accountId))
  }

  /** By source and id. */
  async list(db: Database, accountId: AccountId): Promise<readonly ExternalId[]> {
    return await this.#options.externalIds.listByAccount(db, accountId)
  }

  /**
   * Adds ids of one source to accounts that the transaction has created or locked. One that its account already has is
   * left as it is. Numbers up to the highest of them are never given to another account.
   * @throws `external_id_taken` if another account has one of them
   */
  async add(transaction: Transaction, source: string, added: readonly Owned[]): Promise<void> {
    const { externalIds } = this.#options
    const ids = added.map(({ id }) => id)
    const owners = new Map<string, AccountId>()
    for (const { id, accountId } of await externalIds.findOwners(transaction, source, ids))
      owners.set(id, accountId)
    const missing: OwnedExternalId[] = []
    for (const { accountId, id } of added) {
      const owner = owners.get(id)
      if (owner !== undefined && owner !== accountId) throw taken({ source, id })
      if (owner === undefined) missing.push({ accountId, source, id })
      owners.set(id, accountId)
    }
    await externalIds.insert(transaction, missing)
    const highest = Math.max(...missing.map((each) => numberOf(each) ?? -1))
    if (highest >= 0) await externalIds.raiseCounter(transaction, source, highest)
  }

  /**
   * The number of an account in a source that numbers its accounts. An account without one gets the next: the highest
   * one that any account has ever had, and one more. So an erased account's number, to which rows in other systems may
   * still refer, never becomes that of a stranger (I9).
   * @throws `not_found`
   */
  async numberOf(db: Database, accountId: AccountId, source: string): Promise<number> {
    const given = await this.#lowestNumber(db, accountId, source)
    if (given !== null) return given
    return await inTransaction(db, async (transaction) => {
      // Two requests must not give two numbers to one account.
      await this.#options.accounts.lock(transaction, accountId)
      const meanwhile = await this.#lowestNumber(transaction, accountId, source)
      return meanwhile ?? (await this.#number(transaction, accountId, source))
    })
  }

  /** The numbers of many accounts. One that is erased in the meantime has none. */
  async numbersOf(
    db: Database,
    accountIds: readonly AccountId[],
    source: string,
  ): Promise<ReadonlyMap<AccountId, number>> {
    const numbers = new Map<AccountId, number>()
    for (const given of await this.#options.externalIds.listBySource(db, source, accountIds)) {
      const number = numberOf(given)
      const lowest = Math.min(
        number ?? Number.POSITIVE_INFINITY,
        numbers.get(given.accountId) ?? Number.POSITIVE_INFINITY,
      )
      if (Number.isFinite(lowest)) numbers.set(given.accountId, lowest)
    }
    for (const id of accountIds.filter((each) => !numbers.has(each))) {
      const number = await this.numberOf(db, id, source).catch(nullIfMissing)
      if (number !== null) numbers.set(id, number)
    }
    return numbers
  }

  /** Makes sure that no number of the source up to this one is given to an account. */
  async raise(transaction: Transaction, source: string, number: number): Promise<void> {
    await this.#options.externalIds.raiseCounter(transaction, source, number)
  }

  /** Gives all ids of one account to another; the transaction has locked both. */
  async move(transaction: Transaction, from: AccountId, to: AccountId): Promise<void> {
    await this.#options.externalIds.move(transaction, from, to)
  }

  async #number(transaction: Transaction, accountId: AccountId, source: string): Promise<number> {
    const { externalIds } = this.#options
    const number = await externalIds.takeNumber(transaction, source)
    await externalIds.insert(transaction, [{ accountId, source, id: String(number) }])
    return number
  }

  /** After a merge, an account may have several. The lowest is the oldest, and stays the same. */
  async #lowestNumber(db: Database, accountId: AccountId, source: string): Promise<number | null> {
    const given = await this.#options.externalIds.listBySource(db, source, [accountId])
    const numbers = given.map(numberOf).filter((number) => number !== null)
    return numbers.length === 0 ? null : Math.min(...numbers)
  }
}

function nullIfMissing(error: unknown): null {
  if (error instanceof Failure && error.problem === notFound) return null
  throw error
}

type Owned = Pick<OwnedExternalId, 'accountId' | 'id'>

function taken(externalId: ExternalId): Failure {
  return new Failure(externalIdTaken, { detail: `Another account has the id ${externalIdText(externalId)}.` })
}
