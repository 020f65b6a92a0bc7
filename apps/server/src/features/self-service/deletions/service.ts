import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { dayMs } from '../../../platform/kernel/durations.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import { noRequest, type RequestContext } from '../../../platform/kernel/request-context.ts'
import type { GivenCredentials } from '../../authentication/reauthentication/model.ts'
import type {
  Reauthentication,
  ReauthenticationService,
} from '../../authentication/reauthentication/service.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { Erased, Erasure } from './erasure.ts'
import { type Deletion, type DeletionStatus, type Receipt, statusOf } from './model.ts'
import { isReceipt, newReceipt, pseudonymOf } from './receipt.ts'
import type { DeletionsRepository } from './repository.ts'

export interface DeletionsServiceOptions {
  readonly db: Database
  readonly clock: Clock
  readonly deletions: DeletionsRepository
  readonly erasure: Erasure
  readonly reauthentication: Pick<ReauthenticationService, 'byCredentials'>
  readonly accounts: Pick<AccountsService, 'setStatus'>
  readonly codes: Pick<CodesService, 'cancelAll'>
  readonly audit: AuditService
  readonly outbox: OutboxService
  readonly sessions: SessionsService
  /** How many days an account can be restored; 0 if it cannot. */
  readonly graceDays: number
}

/** Deletes accounts: sign-in ends at once, and erasure follows after a grace period (GDPR art. 17). */
export class DeletionsService {
  readonly #options: DeletionsServiceOptions

  constructor(options: DeletionsServiceOptions) {
    this.#options = options
  }

  /**
   * Ends every session and every way to sign in. The account is erased after the grace period, or at once without one.
   * @throws `validation_failed`, `invalid_credentials`, `rate_limited`, `overloaded`
   */
  async delete(caller: Principal, given: GivenCredentials, context: RequestContext): Promise<Receipt> {
    const { db, erasure, outbox, reauthentication } = this.#options
    const owner = await reauthentication.byCredentials(caller, given, context)
    const receipt = newReceipt()
    const deletion = this.#newDeletion(caller.accountId, receipt)
    const isImmediate = this.#options.graceDays === 0
    const erased = await inTransaction(db, async (transaction) => {
      await this.#deactivate(transaction, caller, { owner, context })
      const erasures = isImmediate ? [await erasure.erase(transaction, caller.accountId, deletion)] : []
      if (!isImmediate) await this.#options.deletions.insert(transaction, deletion)
      // After the erasure, which deletes every other message to the account.
      const account = isImmediate ? { ...caller.account, id: null } : caller.account
      const restorableUntil = isImmediate ? null : deletion.eraseAt
      await outbox.notifyOwner(transaction, account, 'account_deleted', { context, receipt, restorableUntil })
      return erasures
    })
    await erasure.finish(erased)
    const { deletedAt } = deletion
    const status = isImmediate ? erasedStatus(deletedAt, deletedAt) : statusOf(deletion)
    return { receipt, ...status }
  }

  /**
   * Erases an account at once, for administrators.
   * @returns the receipt; null if the owner already has one
   * @throws `not_found`
   */
  async eraseNow(accountId: AccountId): Promise<string | null> {
    const { audit, clock, db, deletions, erasure } = this.#options
    const receipt = newReceipt()
    const pseudonym = pseudonymOf(receipt)
    const erased = await inTransaction(db, async (transaction) => {
      const pending = await deletions.findPending(transaction, accountId)
      await audit.success(transaction, 'deletion', { accountId }, noRequest)
      return await erasure.erase(transaction, accountId, pending ?? { pseudonym, deletedAt: clock.now() })
    })
    await erasure.finish([erased])
    return erased.receipt === pseudonym ? receipt : null
  }

  isPending(db: Database, accountId: AccountId): Promise<boolean> {
    return this.#options.deletions.findPending(db, accountId).then((pending) => pending !== null)
  }

  /** The state of the deletion that the receipt belongs to. @throws `not_found` */
  async check(receipt: string): Promise<DeletionStatus> {
    const { db, deletions } = this.#options
    if (!isReceipt(receipt)) throw new Failure(notFound)
    const pseudonym = pseudonymOf(receipt)
    const deletion = await deletions.find(db, pseudonym)
    if (deletion !== null) return statusOf(deletion)
    const erased = await deletions.findErased(db, pseudonym)
    if (erased === null) throw new Failure(notFound)
    return erasedStatus(erased.deletedAt, erased.erasedAt)
  }

  /** Erases accounts whose grace period is over, each in its own transaction. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { clock, db, deletions, erasure } = this.#options
    const due = await deletions.listDue(db, clock.now(), limit)
    const erased: Erased[] = []
    const failures: unknown[] = []
    for (const deletion of due) {
      // A failure must not keep the other accounts from being erased.
      const result = await erasure.eraseUnlessActive(deletion.accountId, deletion).catch((error: unknown) => {
        failures.push(error)
        return null
      })
      if (result !== null) erased.push(result)
    }
    await erasure.finish(erased)
    if (failures.length > 0) throw failures[0]
    return due.length
  }

  async #deactivate(
    transaction: Transaction,
    { accountId, sessionId }: Principal,
    { owner, context }: { owner: Reauthentication; context: RequestContext },
  ): Promise<void> {
    const { accounts, audit, codes, sessions } = this.#options
    await owner.confirm(transaction)
    await accounts.setStatus(transaction, accountId, 'deleted')
    await sessions.endAll(transaction, accountId)
    await codes.cancelAll(transaction, accountId)
    const changes = { before: { status: 'active' }, after: { status: 'deleted' } }
    const subject = { accountId, sessionId, method: owner.method, changes }
    await audit.success(transaction, 'deletion', subject, context)
  }

  #newDeletion(accountId: AccountId, receipt: string): Deletion {
    const deletedAt = this.#options.clock.now()
    const eraseAt = new Date(deletedAt.getTime() + this.#options.graceDays * dayMs)
    return { accountId, pseudonym: pseudonymOf(receipt), deletedAt, eraseAt, restoredAt: null }
  }
}

function erasedStatus(deletedAt: Date, erasedAt: Date): DeletionStatus {
  return { status: 'erased', deletedAt, restorableUntil: null, restoredAt: null, erasedAt }
}
