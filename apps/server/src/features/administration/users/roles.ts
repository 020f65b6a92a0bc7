import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import { assertRoleName, rolesMax, tooManyRoles } from '../../authorization/roles/model.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'

export interface RoleAssignmentOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'lock'>
  readonly audit: AuditService
  readonly roles: RolesService
}

/** Gives roles to accounts, and takes them away. Both return the roles that the account has afterwards. */
export class RoleAssignmentService {
  readonly #options: RoleAssignmentOptions

  constructor(options: RoleAssignmentOptions) {
    this.#options = options
  }

  /** @throws `not_found`, `validation_failed` */
  async add(id: AccountId, role: string): Promise<readonly string[]> {
    assertRoleName(role)
    return await this.#change(id, (roles) => {
      if (roles.includes(role)) return roles
      if (roles.length >= rolesMax) throw tooManyRoles()
      return [...roles, role].toSorted()
    })
  }

  /** @throws `not_found`, `validation_failed` */
  async remove(id: AccountId, role: string): Promise<readonly string[]> {
    assertRoleName(role)
    return await this.#change(id, (roles) => roles.filter((each) => each !== role))
  }

  async #change(
    id: AccountId,
    next: (roles: readonly string[]) => readonly string[],
  ): Promise<readonly string[]> {
    const { accounts, audit, db, roles } = this.#options
    return await inTransaction(db, async (transaction) => {
      // Otherwise two changes at once could each undo the other.
      await accounts.lock(transaction, id)
      const before = await roles.rolesOf(transaction, id)
      const after = next(before)
      if (after.length !== before.length) {
        await roles.replace(transaction, id, after)
        const changes = { before: { roles: before }, after: { roles: after } }
        await audit.success(transaction, 'role_change', { accountId: id, changes }, noRequest)
      }
      return after
    })
  }
}
