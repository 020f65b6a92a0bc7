import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import type { AuditAction } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { DeletionsService } from '../../self-service/deletions/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'

export interface AdministrationOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'setStatus'>
  readonly audit: AuditService
  readonly deletions: DeletionsService
  readonly sessions: SessionsService
}

/** What administrators do with other people's accounts. */
export class AdministrationService {
  readonly #options: AdministrationOptions

  constructor(options: AdministrationOptions) {
    this.#options = options
  }

  /**
   * Stops an account from signing in, and ends its sessions.
   * @throws `not_found`
   */
  async suspend(id: AccountId): Promise<void> {
    const { accounts, db, sessions } = this.#options
    await inTransaction(db, async (transaction) => {
      await accounts.setStatus(transaction, id, 'suspended')
      await sessions.endAll(transaction, id)
      await this.#record(transaction, 'suspension', id)
    })
  }

  /**
   * Lets a suspended account sign in again; one that its owner has deleted only waits to be erased again.
   * @throws `not_found`
   */
  async activate(id: AccountId): Promise<void> {
    const { accounts, db, deletions, sessions } = this.#options
    await inTransaction(db, async (transaction) => {
      // A sign-in that met the suspension half way may have left a session; what was revoked never comes back (I2).
      await sessions.endAll(transaction, id)
      const isDeleted = await deletions.isPending(transaction, id)
      await accounts.setStatus(transaction, id, isDeleted ? 'deleted' : 'active')
      await this.#record(transaction, 'activation', id)
    })
  }

  /**
   * Erases an account and all that hangs on it; the audit trail keeps a pseudonym.
   * @returns a receipt for its owner, unless they have one already
   * @throws `not_found`
   */
  async erase(id: AccountId): Promise<string | null> {
    return await this.#options.deletions.eraseNow(id)
  }

  async #record(transaction: Transaction, action: AuditAction, accountId: AccountId): Promise<void> {
    const { audit } = this.#options
    await audit.success(transaction, action, { accountId }, noRequest)
  }
}
