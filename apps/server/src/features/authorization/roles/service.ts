import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { type Grants, missingFrom, type Permission } from '../../../platform/kernel/permission.ts'
import type { RevocationsService } from '../../safeguards/revocations/service.ts'
import type { Administrators } from './administrators.ts'
import { adminRole, type Holdings, outranked, parseRoleName, unknownRole } from './model.ts'
import type { RolesRepository } from './repository.ts'

export interface RolesServiceOptions {
  readonly roles: RolesRepository
  readonly administrators: Pick<Administrators, 'assertOthersRemain'>
  readonly revocations: Pick<RevocationsService, 'recordRoles'>
}

/** The roles of accounts, and what they permit. */
export class RolesService {
  readonly #options: RolesServiceOptions

  constructor(options: RolesServiceOptions) {
    this.#options = options
  }

  /** Gives a new account its role. No token of the account can exist yet, so nothing is revoked. */
  async grant(db: Database, accountId: AccountId, role: string): Promise<void> {
    await this.#options.roles.insert(db, accountId, role)
  }

  /** The same for many new accounts. */
  async grantAll(
    transaction: Transaction,
    grants: readonly { readonly accountId: AccountId; readonly role: string }[],
  ): Promise<void> {
    await this.#options.roles.insertAll(transaction, grants)
  }

  /**
   * Replaces the roles of an account, which must be locked, and revokes tokens that contain the former roles.
   * @throws `validation_failed` if a role does not exist, `last_administrator`
   */
  async replace(
    transaction: Transaction,
    accountId: AccountId,
    { before, after }: { readonly before: readonly string[]; readonly after: readonly string[] },
  ): Promise<void> {
    const { administrators, revocations, roles } = this.#options
    const added = after.filter((role) => !before.includes(role))
    const removed = before.filter((role) => !after.includes(role))
    await this.#keep(transaction, added)
    if (removed.includes(adminRole)) await administrators.assertOthersRemain(transaction, accountId)
    await roles.change(transaction, accountId, { added, removed })
    await revocations.recordRoles(transaction, accountId)
  }

  async rolesOf(db: Database, accountId: AccountId): Promise<readonly string[]> {
    return (await this.grantsOf(db, accountId)).roles
  }

  /** Whether any person has the role, whatever the status of their account is. No one can sign in to other accounts. */
  hasHolder(db: Database, role: string): Promise<boolean> {
    return this.#options.roles.hasHolder(db, role)
  }

  /** How many active accounts of people have the role, at most `max`. */
  countHolders(db: Database, role: string, max: number): Promise<number> {
    return this.#options.roles.countHolders(db, role, max)
  }

  /** Lets no other transaction lock the role until this one ends. */
  async lock(transaction: Transaction, role: string): Promise<void> {
    await this.#options.roles.lock(transaction, role)
  }

  grantsOf(db: Database, accountId: AccountId): Promise<Grants> {
    return this.#options.roles.findByAccount(db, accountId)
  }

  /** What the caller holds at this moment. Their account should be locked, so that it stays so. */
  async heldNow(
    db: Database,
    caller: { readonly accountId: AccountId; readonly permissions: readonly Permission[] },
  ): Promise<Holdings> {
    const { roles, permissions } = await this.grantsOf(db, caller.accountId)
    // A credential may permit less than its owner, and the owner may have lost a role since the request arrived.
    const held = permissions.filter((permission) => caller.permissions.includes(permission))
    return { permissions: held, isAll: roles.includes(adminRole) && held.length === permissions.length }
  }

  /**
   * Someone who administers less must never change someone who administers more: callers may change another account
   * only if they hold every permission that it holds. The same permissions are enough. Call it in the transaction of the
   * change, after locking the account.
   * @throws `forbidden`
   */
  async assertOutranks(
    db: Database,
    caller: { readonly permissions: readonly Permission[] },
    accountId: AccountId,
  ): Promise<void> {
    const { permissions } = await this.grantsOf(db, accountId)
    if (missingFrom(caller.permissions, permissions).length > 0) throw outranked()
  }

  /** Keeps roles from being deleted until the transaction ends: `admin` last, as everywhere, and the others sorted. */
  async #keep(transaction: Transaction, names: readonly string[]): Promise<void> {
    const inOrder = names.toSorted(
      (one, other) => Number(one === adminRole) - Number(other === adminRole) || (one < other ? -1 : 1),
    )
    for (const name of inOrder)
      if (!parseRoleName(name).ok || !(await this.#options.roles.lock(transaction, name)))
        throw unknownRole(name)
  }
}
