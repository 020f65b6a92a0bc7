import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { RevocationsService } from '../../safeguards/revocations/service.ts'
import type { RolesRepository } from './repository.ts'

export interface RolesServiceOptions {
  readonly roles: RolesRepository
  readonly revocations: Pick<RevocationsService, 'recordRoles'>
}

export class RolesService {
  readonly #options: RolesServiceOptions

  constructor(options: RolesServiceOptions) {
    this.#options = options
  }

  /** Gives a new account its role. No token of the account can exist yet, so nothing is revoked. */
  async grant(db: Database, accountId: AccountId, role: string): Promise<void> {
    await this.#options.roles.insert(db, accountId, role)
  }

  /** Replaces the roles of an account, and revokes tokens that contain the former roles. */
  async replace(transaction: Transaction, accountId: AccountId, roles: readonly string[]): Promise<void> {
    await this.#options.roles.replace(transaction, accountId, roles)
    await this.#options.revocations.recordRoles(transaction, accountId)
  }

  rolesOf(db: Database, accountId: AccountId): Promise<string[]> {
    return this.#options.roles.findByAccount(db, accountId)
  }
}
