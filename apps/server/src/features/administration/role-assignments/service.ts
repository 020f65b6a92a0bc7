import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { invalidToken } from '../../../platform/kernel/problems.ts'
import {
  type Author,
  assertHeld,
  everything,
  operator,
  rolesMax,
  tooManyRoles,
} from '../../authorization/roles/model.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'

export interface RoleAssignmentOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get' | 'lock' | 'lockActive'>
  readonly audit: Pick<AuditService, 'success'>
  readonly roles: Pick<RolesService, 'assertOutranks' | 'grantsOf' | 'heldNow' | 'replace'>
}

/** An account and the roles that it has now. */
export interface AssignedRoles {
  readonly account: Account
  readonly roles: readonly string[]
}

/** Gives roles to accounts, and takes them away. */
export class RoleAssignmentService {
  readonly #options: RoleAssignmentOptions

  constructor(options: RoleAssignmentOptions) {
    this.#options = options
  }

  /**
   * Gives the account exactly these roles. Callers cannot change an account that may do more than they, and cannot give
   * what they do not hold (I6).
   * @throws `not_found`, `validation_failed`, `forbidden`, `last_administrator`
   */
  async assign(id: AccountId, roles: readonly string[], author: Author): Promise<AssignedRoles> {
    const wanted = [...new Set(roles)].sort()
    return await this.#change(id, () => wanted, author)
  }

  /** Gives more roles to an account that the transaction has just created. @throws `validation_failed`, `forbidden` */
  async addTo(
    transaction: Transaction,
    id: AccountId,
    roles: readonly string[],
    author: Author = operator,
  ): Promise<void> {
    const next = (before: readonly string[]) => [...new Set([...before, ...roles])].sort()
    await this.#changeIn(transaction, id, next, author)
  }

  /** @returns the roles that the account has afterwards. @throws `not_found`, `validation_failed` */
  async add(
    id: AccountId,
    role: string,
    author: Author = operator,
    db: Database = this.#options.db,
  ): Promise<readonly string[]> {
    const next = (roles: readonly string[]) => [...new Set([...roles, role])].sort()
    return (await this.#change(id, next, author, db)).roles
  }

  /** @returns the roles that the account has afterwards. @throws `not_found`, `last_administrator` */
  async remove(
    id: AccountId,
    role: string,
    author: Author = operator,
    db: Database = this.#options.db,
  ): Promise<readonly string[]> {
    const next = (roles: readonly string[]) => roles.filter((each) => each !== role)
    return (await this.#change(id, next, author, db)).roles
  }

  async #change(
    id: AccountId,
    next: (roles: readonly string[]) => readonly string[],
    author: Author,
    db: Database = this.#options.db,
  ): Promise<AssignedRoles> {
    const { accounts } = this.#options
    return await inTransaction(db, async (transaction) => {
      await this.#lock(transaction, id, author.caller)
      const roles = await this.#changeIn(transaction, id, next, author)
      return { account: await accounts.get(transaction, id), roles }
    })
  }

  async #changeIn(
    transaction: Transaction,
    id: AccountId,
    next: (roles: readonly string[]) => readonly string[],
    { caller, context }: Author,
  ): Promise<readonly string[]> {
    const { audit, roles } = this.#options
    const held = caller === null ? everything : await roles.heldNow(transaction, caller)
    if (!held.isAll) await roles.assertOutranks(transaction, held, id)
    const before = (await roles.grantsOf(transaction, id)).roles
    const after = next(before)
    if (before.join() === after.join()) return before
    if (after.length > rolesMax) throw tooManyRoles()
    await roles.replace(transaction, id, { before, after })
    assertHeld(held, (await roles.grantsOf(transaction, id)).permissions)
    const changes = { before: { roles: before }, after: { roles: after } }
    await audit.success(transaction, 'role_assignment', { accountId: id, changes }, context)
    return after
  }

  /**
   * Otherwise two changes at once could each undo the other, and callers could give away what someone takes from them at
   * this moment. In the order of the ids, so that two who change each other do not wait in a circle.
   */
  async #lock(transaction: Transaction, id: AccountId, caller: Author['caller']): Promise<void> {
    const { accounts } = this.#options
    const ids = [id, ...(caller === null || caller.accountId === id ? [] : [caller.accountId])].sort()
    for (const each of ids) {
      if (each !== caller?.accountId) await accounts.lock(transaction, each)
      else if (!(await accounts.lockActive(transaction, each))) throw new Failure(invalidToken)
    }
  }
}
