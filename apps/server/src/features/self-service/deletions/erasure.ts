import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { clientKey } from '../../../platform/kernel/addresses.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { unavailable } from '../../../platform/kernel/problems.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { IdempotencyService } from '../../safeguards/idempotency/service.ts'
import type { GuessesService } from '../../safeguards/rate-limits/guesses/service.ts'
import type { RevocationsService } from '../../safeguards/revocations/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import { guessSubjectOf } from '../../users/accounts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { Pseudonym } from './model.ts'

/** What a feature keeps of people outside of the database, such as files. */
export interface Belongings {
  /** Finds what there is, in the transaction that erases its owner. @returns what takes it away once that has ended */
  find(transaction: Transaction, accountId: AccountId): Promise<() => Promise<void>>
}

/** An account that is gone, and what is left to do. */
export interface Erased {
  readonly accountId: AccountId
  readonly pseudonym: Pseudonym
  readonly removals: readonly (() => Promise<void>)[]
}

export interface ErasureOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'delete' | 'deleteUnlessActive' | 'setStatus'>
  readonly sessions: Pick<SessionsService, 'endAll'>
  readonly revocations: Pick<RevocationsService, 'forget'>
  readonly audit: AuditService
  readonly guesses: Pick<GuessesService, 'forget'>
  readonly idempotency: Pick<IdempotencyService, 'forget'>
  readonly outbox: Pick<OutboxService, 'forget'>
  readonly belongings: readonly Belongings[]
  /** Takes what is deleted out of the files too, as far as a statement can. */
  readonly scrub: () => Promise<void>
}

/** How an account and everything about it ceases to be: in one transaction, so all of it or nothing. */
export class Erasure {
  readonly #options: ErasureOptions

  constructor(options: ErasureOptions) {
    this.#options = options
  }

  /** @throws `not_found` */
  async erase(transaction: Transaction, accountId: AccountId, pseudonym: Pseudonym): Promise<Erased> {
    const { accounts, sessions } = this.#options
    const removals = await this.#findBelongings(transaction, accountId)
    // First the status, which keeps a sign-in from starting a session that would go unrecorded with the account.
    await accounts.setStatus(transaction, accountId, 'deleted')
    await sessions.endAll(transaction, accountId)
    await accounts.delete(transaction, accountId)
    await this.#eraseTraces(transaction, accountId, pseudonym)
    return { accountId, pseudonym, removals }
  }

  /** As `erase`, but not somebody who has come back meanwhile: then it is null. */
  async eraseUnlessActive(accountId: AccountId, pseudonym: Pseudonym): Promise<Erased | null> {
    const { accounts, db } = this.#options
    return await inTransaction(db, async (transaction) => {
      const removals = await this.#findBelongings(transaction, accountId)
      if (!(await accounts.deleteUnlessActive(transaction, accountId))) return null
      await this.#eraseTraces(transaction, accountId, pseudonym)
      return { accountId, pseudonym, removals }
    })
  }

  /** After the transaction: files, what others wrote of the account meanwhile, and what the database's files keep. */
  async finish(erased: readonly Erased[]): Promise<void> {
    try {
      await this.#sweep(erased)
    } catch (error) {
      // The account is erased, and whoever asked for it must hear so (I12).
      if (!(error instanceof Failure) || error.problem !== unavailable) throw error
    }
  }

  async #sweep(erased: readonly Erased[]): Promise<void> {
    const { audit, db, scrub } = this.#options
    for (const { accountId, pseudonym, removals } of erased) {
      await audit.pseudonymise(db, accountId, pseudonym)
      for (const remove of removals) await remove()
    }
    if (erased.length > 0) await scrub()
  }

  async #findBelongings(transaction: Transaction, accountId: AccountId): Promise<Erased['removals']> {
    const removals: (() => Promise<void>)[] = []
    for (const each of this.#options.belongings) removals.push(await each.find(transaction, accountId))
    return removals
  }

  // What belongs to the account has gone with its row. The rest refers to no row: it would outlive the account.
  async #eraseTraces(transaction: Transaction, accountId: AccountId, pseudonym: Pseudonym): Promise<void> {
    const { audit, guesses, idempotency, outbox, revocations } = this.#options
    const addresses = await audit.addressesOf(transaction, accountId)
    const clients = [...new Set(addresses.map(clientKey))]
    await guesses.forget(transaction, { subject: guessSubjectOf(accountId), clients })
    await idempotency.forget(transaction, accountId)
    await outbox.forget(transaction, accountId)
    await revocations.forget(transaction, accountId)
    await audit.success(transaction, 'erasure', { accountId: pseudonym }, noRequest)
    await audit.pseudonymise(transaction, accountId, pseudonym)
  }
}
