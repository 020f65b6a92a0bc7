import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { unavailable } from '../../../platform/kernel/problems.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { AccountData, AfterCommit, ErasedAccount } from '../account-data/service.ts'
import type { Deletion } from './model.ts'
import type { DeletionsRepository } from './repository.ts'

/** An account that is erased, and the work that remains after the commit. */
export interface Erased extends ErasedAccount {
  readonly afterCommit: readonly NonNullable<AfterCommit>[]
}

export interface ErasureOptions {
  readonly db: Database
  readonly clock: Clock
  readonly deletions: Pick<DeletionsRepository, 'keepReceipt'>
  readonly accounts: Pick<AccountsService, 'delete' | 'lockInactive' | 'setStatus'>
  readonly accountData: readonly Pick<AccountData, 'erase'>[]
  /** Also removes deleted data from the database's files, as far as a statement can. */
  readonly scrub: () => Promise<void>
}

/** The deletion that a receipt stands for. */
type Receipted = Pick<Deletion, 'pseudonym' | 'deletedAt'>

/** Erases an account and all its data in one transaction. */
export class Erasure {
  readonly #options: ErasureOptions

  constructor(options: ErasureOptions) {
    this.#options = options
  }

  /**
   * @param receipt of the deletion; null if no one gets one
   * @throws `not_found`
   */
  async erase(transaction: Transaction, accountId: AccountId, receipt: Receipted | null): Promise<Erased> {
    const { accounts } = this.#options
    // The status comes first, so that no sign-in can start another session, whose end would not be recorded.
    await accounts.setStatus(transaction, accountId, 'deleted')
    const erased = await this.#eraseData(transaction, accountId, receipt)
    await accounts.delete(transaction, accountId)
    return erased
  }

  /** Like `erase`, but keeps an account that is active again. @returns null if it is, or if it is erased already */
  async eraseUnlessActive(accountId: AccountId, receipt: Receipted | null): Promise<Erased | null> {
    const { accounts, db } = this.#options
    return await inTransaction(db, async (transaction) => {
      // First: its owner may restore it, or another server erase it, at the same time. And no suspension can leave a
      // record that names the account after it is erased.
      if (!(await accounts.lockInactive(transaction, accountId))) return null
      const erased = await this.#eraseData(transaction, accountId, receipt)
      await accounts.delete(transaction, accountId, { unlessActive: true })
      return erased
    })
  }

  /**
   * Does the work that remains after the commit. The account is already erased, and the caller must get that answer
   * (I12), so an outage does not make this fail.
   */
  async finish(erased: readonly Erased[]): Promise<void> {
    const { db, scrub } = this.#options
    try {
      for (const { afterCommit } of erased) for (const work of afterCommit) await work(db)
      if (erased.length > 0) await scrub()
    } catch (error) {
      if (!(error instanceof Failure) || error.problem !== unavailable) throw error
    }
  }

  async #eraseData(
    transaction: Transaction,
    accountId: AccountId,
    receipt: Receipted | null,
  ): Promise<Erased> {
    const { accountData, clock, deletions } = this.#options
    const account = { accountId, receipt: receipt?.pseudonym ?? null }
    const afterCommit: NonNullable<AfterCommit>[] = []
    for (const data of accountData) {
      const work = await data.erase?.(transaction, account)
      if (work !== undefined) afterCommit.push(work)
    }
    if (receipt !== null) await deletions.keepReceipt(transaction, receipt, clock.now())
    return { ...account, afterCommit }
  }
}
