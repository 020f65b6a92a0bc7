import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'

export interface ServiceAccountsOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'createService'>
  readonly audit: Pick<AuditService, 'success'>
}

/** The accounts of programs. */
export class ServiceAccountsService {
  readonly #options: ServiceAccountsOptions

  constructor(options: ServiceAccountsOptions) {
    this.#options = options
  }

  /** Creates an account that has no roles yet. @throws `validation_failed` */
  async create(name: string, context: RequestContext): Promise<Account> {
    const { accounts, audit, db } = this.#options
    return await inTransaction(db, async (transaction) => {
      const account = await accounts.createService(transaction, name)
      await audit.success(transaction, 'service_account_creation', { accountId: account.id }, context)
      return account
    })
  }
}
