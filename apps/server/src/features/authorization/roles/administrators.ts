import type { Transaction } from '../../../platform/database/tables.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { adminRole, lastAdministrator } from './model.ts'
import type { RolesRepository } from './repository.ts'

export interface AdministratorsOptions {
  readonly roles: Pick<RolesRepository, 'isHolder' | 'hasOtherHolder' | 'lock'>
}

/**
 * Keeps at least one administrator: an active account of a person with the role `admin`. Every way in which an account stops being
 * active or loses the role asks here first.
 */
export class Administrators {
  readonly #options: AdministratorsOptions

  constructor(options: AdministratorsOptions) {
    this.#options = options
  }

  /**
   * Call this in the transaction in which an active account may stop to be an administrator, after locking the account.
   * Those who ask about administrators wait for each other until their transactions end, so that two who leave at once
   * cannot both count on the other. They lock accounts first and the role last, so that they cannot wait in a circle.
   * @throws `last_administrator`
   */
  async assertOthersRemain(transaction: Transaction, accountId: AccountId): Promise<void> {
    const { roles } = this.#options
    // The account of a program is no administrator: no one can sign in to it, so it may always end.
    if (!(await roles.isHolder(transaction, adminRole, accountId))) return
    await roles.lock(transaction, adminRole)
    if (!(await roles.hasOtherHolder(transaction, adminRole, accountId))) throw new Failure(lastAdministrator)
  }
}
