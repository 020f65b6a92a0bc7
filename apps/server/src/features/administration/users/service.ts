import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction, onCommitted } from '../../../platform/database/transactions.ts'
import type { Account, AccountStatus } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import { type Author, operator } from '../../authorization/roles/model.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { Values } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { Receipt } from '../../self-service/deletions/model.ts'
import type { DeletionsService } from '../../self-service/deletions/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import { assertTerms } from './input.ts'
import { alreadyDeleted, notRestorable, type SuspensionTerms, untilLifted, userPending } from './model.ts'
import type { SuspensionsRepository } from './suspensions/repository.ts'
import type { Targets } from './targets.ts'

export interface AdministrationOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'setStatus'>
  readonly audit: AuditService
  readonly clock: Clock
  readonly codes: Pick<CodesService, 'cancelAll'>
  readonly deletions: DeletionsService
  readonly outbox: Pick<OutboxService, 'notifyOwner'>
  readonly restoration: {
    /** @returns false if there is nothing to restore */
    restoreFor(transaction: Transaction, account: Account): Promise<boolean>
  }
  readonly sessions: SessionsService
  readonly suspensions: SuspensionsRepository
  readonly targets: Targets
}

/** Lets administrators suspend, activate, delete, restore and erase accounts. */
export class AdministrationService {
  readonly #options: AdministrationOptions
  #onEndSet: () => void = () => undefined

  constructor(options: AdministrationOptions) {
    this.#options = options
  }

  /** Sets the callback for each suspension that ends by itself. Other servers find it when they poll. */
  onEndSet(callback: () => void): void {
    this.#onEndSet = callback
  }

  /**
   * Suspends an account: its owner can no longer sign in, and its sessions end. If it is suspended already, the new
   * reason and end replace those before.
   * @throws `not_found`, `forbidden`, `user_pending`, `already_deleted`, `validation_failed`
   */
  async suspend(
    id: AccountId,
    terms: SuspensionTerms = untilLifted,
    author: Author = operator,
    db: Database = this.#options.db,
  ): Promise<void> {
    const { accounts, audit, clock, codes, sessions, suspensions, targets } = this.#options
    this.checkTerms(terms)
    await inTransaction(db, async (transaction) => {
      const { status } = await targets.lock(transaction, id, author)
      if (status === 'pending') throw new Failure(userPending)
      // Of a client that was deleted for good. Lifting a suspension would bring it back (I2).
      if (status === 'deleted' && !(await this.#options.deletions.isPending(transaction, id)))
        throw new Failure(alreadyDeleted)
      const before = await this.#termsOf(transaction, id)
      await accounts.setStatus(transaction, id, 'suspended')
      await sessions.endAll(transaction, id)
      // A code or a recovery from before must not work after the account is activated again (I2).
      await codes.cancelAll(transaction, id)
      await suspensions.put(transaction, id, { ...terms, suspendedAt: clock.now() })
      if (terms.endsAt !== null) onCommitted(transaction, this.#onEndSet)
      const changes = { before: { status, ...before }, after: { status: 'suspended', ...shown(terms) } }
      await audit.success(transaction, 'suspension', { accountId: id, changes }, author.context)
    })
  }

  /** Records the suspensions of new accounts that are suspended from the start. */
  async recordSuspended(transaction: Transaction, ids: readonly AccountId[]): Promise<void> {
    const { clock, suspensions } = this.#options
    const suspension = { ...untilLifted, suspendedAt: clock.now() }
    for (const id of ids) await suspensions.put(transaction, id, suspension)
  }

  /** @throws `validation_failed`, naming every wrong field */
  checkTerms(terms: SuspensionTerms): void {
    assertTerms(terms, this.#options.clock.now())
  }

  /**
   * Activates a suspended account. If its owner has deleted it, its deletion is pending again. An account that is not
   * suspended stays as it is.
   * @throws `not_found`, `forbidden`
   */
  async activate(id: AccountId, author: Author = operator, db: Database = this.#options.db): Promise<void> {
    const { targets } = this.#options
    await inTransaction(db, async (transaction) => {
      const { status } = await targets.lock(transaction, id, author)
      if (status === 'suspended') await this.#activate(transaction, id, author)
    })
  }

  /**
   * Lifts the suspensions that have ended, each in its own transaction.
   * @returns when the next one ends; null if none does
   */
  async liftEnded(): Promise<Date | null> {
    const { clock, db, suspensions } = this.#options
    for (;;) {
      const ended = await suspensions.listEnded(db, clock.now(), batchSize)
      for (const id of ended)
        await inTransaction(db, (transaction) => this.#liftEnded(transaction, id)).catch(unlessGone)
      if (ended.length < batchSize) return await suspensions.findNextEnd(db)
    }
  }

  /**
   * Deletes an account as its owner would: it is erased after the grace period. The owner is notified.
   * @param alongside further work in the transaction that deletes it
   * @throws `not_found`, `forbidden`, `already_deleted`
   */
  async delete(
    id: AccountId,
    author: Author,
    alongside: (transaction: Transaction) => Promise<void> = async () => undefined,
  ): Promise<Receipt> {
    const { deletions, targets } = this.#options
    const approve = async (transaction: Transaction): Promise<Account> => {
      const account = await targets.lock(transaction, id, author)
      if (await deletions.isPending(transaction, id)) throw new Failure(alreadyDeleted)
      await alongside(transaction)
      return account
    }
    return await deletions.deleteFor(id, approve, author.context)
  }

  /**
   * Restores an account that is deleted and not erased yet.
   * @throws `not_found`, `forbidden`, `not_restorable`
   */
  async restore(id: AccountId, author: Author): Promise<void> {
    const { audit, db, outbox, restoration, targets } = this.#options
    await inTransaction(db, async (transaction) => {
      const account = await targets.lock(transaction, id, author)
      if (!(await restoration.restoreFor(transaction, account))) throw new Failure(notRestorable)
      const after = { status: account.status === 'deleted' ? 'active' : account.status }
      const changes = { before: { status: account.status }, after }
      await audit.success(transaction, 'restoration', { accountId: id, changes }, author.context)
      await outbox.notifyOwner(transaction, account, 'account_reinstated', { context: noRequest })
    })
  }

  /**
   * Erases an account and everything that belongs to it. The audit trail keeps a pseudonym.
   * @returns a receipt for its owner; null if they already have one
   * @throws `not_found`, `forbidden`
   */
  async erase(id: AccountId, author: Author = operator): Promise<string | null> {
    const { deletions, targets } = this.#options
    return await deletions.eraseNow(
      id,
      (transaction): Promise<Account> => targets.lock(transaction, id, author),
      author.context,
    )
  }

  async #liftEnded(transaction: Transaction, id: AccountId): Promise<void> {
    const { clock, suspensions, targets } = this.#options
    const { status } = await targets.lock(transaction, id, operator)
    // An administrator may have given it another end since it was listed.
    const suspension = await suspensions.find(transaction, id)
    if (suspension?.endsAt == null || suspension.endsAt > clock.now()) return
    if (status === 'suspended') await this.#activate(transaction, id, operator)
    else await suspensions.delete(transaction, id)
  }

  async #activate(transaction: Transaction, id: AccountId, { context }: Author): Promise<void> {
    const { accounts, audit, deletions, sessions, suspensions } = this.#options
    // A sign-in during the suspension may have left a session. Revoked sessions must never work again (I2).
    await sessions.endAll(transaction, id)
    const before = await this.#termsOf(transaction, id)
    const isDeleted = await deletions.isPending(transaction, id)
    const status: AccountStatus = isDeleted ? 'deleted' : 'active'
    await accounts.setStatus(transaction, id, status)
    await suspensions.delete(transaction, id)
    const changes = { before: { status: 'suspended', ...before }, after: { status } }
    await audit.success(transaction, 'activation', { accountId: id, changes }, context)
  }

  async #termsOf(db: Database, id: AccountId): Promise<Values> {
    const suspension = await this.#options.suspensions.find(db, id)
    return suspension === null ? {} : shown(suspension)
  }
}

const batchSize = 100

/** Someone has erased the account in the meantime, and with it the suspension. */
function unlessGone(error: unknown): void {
  if (!(error instanceof Failure) || error.problem !== notFound) throw error
}

function shown({ reason, endsAt }: SuspensionTerms): Values {
  return { reason, ends_at: endsAt?.toISOString() ?? null }
}
