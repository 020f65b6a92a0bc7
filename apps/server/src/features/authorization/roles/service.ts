import type { Database } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { RolesRepository } from './repository.ts'

export class RolesService {
  readonly #db: Database
  readonly #roles: RolesRepository

  constructor({ db, roles }: { db: Database; roles: RolesRepository }) {
    this.#db = db
    this.#roles = roles
  }

  async grant(db: Database, accountId: AccountId, role: string): Promise<void> {
    await this.#roles.insert(db, accountId, role)
  }

  rolesOf(accountId: AccountId): Promise<string[]> {
    return this.#roles.findByAccount(this.#db, accountId)
  }
}
