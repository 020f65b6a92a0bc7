import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { AccountStatus } from '../../../platform/kernel/account.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { Changes } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { DeletionsService } from '../../self-service/deletions/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'

export interface AdministrationOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get' | 'lock' | 'setStatus'>
  readonly codes: Pick<CodesService, 'cancelAll'>
  readonly audit: AuditService
  readonly deletions: DeletionsService
  readonly sessions: SessionsService
}

/** Lets administrators suspend, activate and erase accounts. */
export class AdministrationService {
  readonly #options: AdministrationOptions

  constructor(options: AdministrationOptions) {
    this.#options = options
  }

  /**
   * Suspends an account: its owner can no longer sign in, and its sessions end.
   * @throws `not_found`
   */
  async suspend(id: AccountId): Promise<void> {
    const { audit, codes, db, sessions } = this.#options
    await inTransaction(db, async (transaction) => {
      const changes = await this.#setStatus(transaction, id, 'suspended')
      await sessions.endAll(transaction, id)
      // A code or a recovery from before must not work after the account is activated again (I2).
      await codes.cancelAll(transaction, id)
      await audit.success(transaction, 'suspension', { accountId: id, changes }, noRequest)
    })
  }

  /**
   * Activates a suspended account. If its owner has deleted it, its deletion is pending again.
   * @throws `not_found`
   */
  async activate(id: AccountId): Promise<void> {
    const { audit, db, deletions, sessions } = this.#options
    await inTransaction(db, async (transaction) => {
      // A sign-in during the suspension may have left a session. Revoked sessions must never work again (I2).
      await sessions.endAll(transaction, id)
      const isDeleted = await deletions.isPending(transaction, id)
      const changes = await this.#setStatus(transaction, id, isDeleted ? 'deleted' : 'active')
      await audit.success(transaction, 'activation', { accountId: id, changes }, noRequest)
    })
  }

  /**
   * Erases an account and everything that belongs to it. The audit trail keeps a pseudonym.
   * @returns a receipt for its owner; null if they already have one
   * @throws `not_found`
   */
  async erase(id: AccountId): Promise<string | null> {
    return await this.#options.deletions.eraseNow(id)
  }

  async #setStatus(transaction: Transaction, id: AccountId, status: AccountStatus): Promise<Changes> {
    const { accounts } = this.#options
    await accounts.lock(transaction, id)
    const { status: before } = await accounts.get(transaction, id)
    await accounts.setStatus(transaction, id, status)
    return { before: { status: before }, after: { status } }
  }
}
