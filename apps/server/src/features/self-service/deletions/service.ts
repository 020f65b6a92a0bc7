import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
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
import type { ApiKeysService } from '../../authenticators/api-keys/service.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditSubject } from '../../safeguards/audit/model.ts'
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
  readonly reauthentication: Pick<ReauthenticationService, 'byAny' | 'byCredentialsOrPasskey'>
  readonly accounts: Pick<AccountsService, 'setStatus'>
  readonly apiKeys: Pick<ApiKeysService, 'revokeAll'>
  readonly codes: Pick<CodesService, 'cancelAll'>
  readonly audit: AuditService
  readonly outbox: OutboxService
  readonly sessions: SessionsService
  /** How many days an account can be restored; 0 if it cannot. */
  readonly graceDays: number
}

/** A deletion, by the owner or by an administrator. */
interface DeletionOrder {
  /** Locks the account and returns it, or refuses. */
  readonly approve: (transaction: Transaction) => Promise<Account>
  readonly subject: AuditSubject
  readonly context: RequestContext
  /** What the message to the owner says about the request: nothing about that of an administrator. */
  readonly notice: RequestContext
}

export interface ErasedByMerge {
  /** Does the work that remains after the commit. */
  readonly finish: () => Promise<void>
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
    const owner = await this.#options.reauthentication.byCredentialsOrPasskey(caller, given, context)
    return await this.#deleteBy(owner, caller, context)
  }

  /**
   * For a front end that cannot ask for a password. A fresh session is enough if the owner, who is notified, can restore
   * the account: someone who only has the session can then destroy nothing (I8).
   * @throws `step_up_required`, and the errors of `delete`
   */
  async deleteRestorable(
    caller: Principal,
    given: GivenCredentials,
    context: RequestContext,
  ): Promise<Receipt> {
    const { graceDays, reauthentication } = this.#options
    if (graceDays === 0) return await this.delete(caller, given, context)
    return await this.#deleteBy(await reauthentication.byAny(caller, given, context), caller, context)
  }

  async #deleteBy(
    owner: Reauthentication,
    { account, accountId, sessionId }: Principal,
    context: RequestContext,
  ): Promise<Receipt> {
    return await this.#delete(accountId, {
      approve: async (transaction) => {
        await owner.confirm(transaction)
        return account
      },
      subject: { accountId, sessionId, method: owner.method },
      context,
      notice: context,
    })
  }

  /**
   * Does the same for an administrator. A suspended account stays suspended until it is erased: its owner cannot restore
   * it.
   * @param approve locks the account and returns it, or refuses
   */
  async deleteFor(
    accountId: AccountId,
    approve: (transaction: Transaction) => Promise<Account>,
    context: RequestContext,
  ): Promise<Receipt> {
    return await this.#delete(accountId, { approve, subject: { accountId }, context, notice: noRequest })
  }

  /**
   * Erases an account at once, for administrators.
   * @param approve locks the account, or refuses
   * @returns the receipt; null if the owner already has one
   * @throws `not_found`
   */
  async eraseNow(
    accountId: AccountId,
    approve: (transaction: Transaction) => Promise<unknown> = async () => undefined,
    context: RequestContext = noRequest,
  ): Promise<string | null> {
    const { audit, clock, db, deletions, erasure } = this.#options
    const receipt = newReceipt()
    const pseudonym = pseudonymOf(receipt)
    const erased = await inTransaction(db, async (transaction) => {
      await approve(transaction)
      const pending = await deletions.findPending(transaction, accountId)
      await audit.success(transaction, 'deletion', { accountId }, context)
      return await erasure.erase(transaction, accountId, pending ?? { pseudonym, deletedAt: clock.now() })
    })
    await erasure.finish([erased])
    return erased.receipt === pseudonym ? receipt : null
  }

  /**
   * Erases an account that is merged into another one, in the transaction of the merge. Its owner needs no receipt: the
   * other account remains.
   */
  async eraseMerged(
    transaction: Transaction,
    accountId: AccountId,
    context: RequestContext,
  ): Promise<ErasedByMerge> {
    const { audit, erasure } = this.#options
    await audit.success(transaction, 'deletion', { accountId, method: 'merge' }, context)
    const erased = await erasure.erase(transaction, accountId, null)
    return { finish: () => erasure.finish([erased]) }
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

  async #delete(accountId: AccountId, order: DeletionOrder): Promise<Receipt> {
    const { db, deletions, erasure, graceDays, outbox } = this.#options
    const receipt = newReceipt()
    const deletion = this.#newDeletion(accountId, receipt)
    const isImmediate = graceDays === 0
    const erased = await inTransaction(db, async (transaction) => {
      const owner = await this.#deactivate(transaction, accountId, order)
      const erasures = isImmediate ? [await erasure.erase(transaction, accountId, deletion)] : []
      if (!isImmediate) await deletions.insert(transaction, deletion)
      // After the erasure, which deletes every other message to the account.
      const account = isImmediate ? { ...owner, id: null } : owner
      const restorableUntil = isImmediate ? null : deletion.eraseAt
      const facts = { context: order.notice, receipt, restorableUntil }
      await outbox.notifyOwner(transaction, account, 'account_deleted', facts)
      return erasures
    })
    await erasure.finish(erased)
    const { deletedAt } = deletion
    const status = isImmediate ? erasedStatus(deletedAt, deletedAt) : statusOf(deletion)
    return { receipt, ...status }
  }

  async #deactivate(
    transaction: Transaction,
    accountId: AccountId,
    { approve, subject, context }: DeletionOrder,
  ): Promise<Account> {
    const { accounts, apiKeys, audit, codes, sessions } = this.#options
    const account = await approve(transaction)
    // Otherwise its owner could end the suspension: they delete the account, and restore it.
    if (account.status !== 'suspended') await accounts.setStatus(transaction, accountId, 'deleted')
    await sessions.endAll(transaction, accountId)
    // Someone may delete an account because a stranger is in it. A key must not work again after a restoration (I2).
    await apiKeys.revokeAll(transaction, accountId)
    await codes.cancelAll(transaction, accountId)
    const changes = { before: { status: account.status }, after: { status: 'deleted' } }
    await audit.success(transaction, 'deletion', { ...subject, changes }, context)
    return account
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
