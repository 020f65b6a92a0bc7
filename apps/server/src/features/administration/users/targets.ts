import type { Transaction } from '../../../platform/database/tables.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { Author } from '../../authorization/roles/model.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'

export interface TargetsOptions {
  readonly accounts: Pick<AccountsService, 'get' | 'lock'>
  readonly roles: Pick<RolesService, 'assertOutranks'>
}

/** The accounts that an administrator may change. Every action begins here, so that none can forget the rank. */
export class Targets {
  readonly #options: TargetsOptions

  constructor(options: TargetsOptions) {
    this.#options = options
  }

  /**
   * Locks the account until the transaction ends. An administrator who may do less must never change one who may do more
   * (ASVS 8.2.2). The roles are read after the lock, so that no one can rise in between.
   * @throws `not_found`, `forbidden`
   */
  async lock(transaction: Transaction, id: AccountId, { caller }: Author): Promise<Account> {
    const { accounts, roles } = this.#options
    await accounts.lock(transaction, id)
    if (caller !== null) await roles.assertOutranks(transaction, caller, id)
    return await accounts.get(transaction, id)
  }
}
