import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { ownPermissions } from '../../../../platform/kernel/permission.ts'
import { forbidden, invalidFields, invalidToken, notFound } from '../../../../platform/kernel/problems.ts'
import { type AuditSubject, changesBetween } from '../../../safeguards/audit/model.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import { accessOfRoute, type IdempotencyService } from '../../../safeguards/idempotency/service.ts'
import type { RevocationsService } from '../../../safeguards/revocations/service.ts'
import type { AccountsService } from '../../../users/accounts/service.ts'
import {
  type Author,
  adminRole,
  assertHeld,
  everything,
  type Holdings,
  holdersOfDeletedMax,
  isOwn,
  parseRoleName,
  permissionsOfApplicationsMax,
  type Role,
  roleInUse,
  rolesOfServerMax,
  roleTaken,
} from '../model.ts'
import type { RolesRepository } from '../repository.ts'
import type { RolesService } from '../service.ts'
import { type NewRoleInput, type RolePatch, readNewRole, readRolePatch } from './input.ts'
import type { DefinitionsRepository, NewRole } from './repository.ts'

export interface RoleDefinitionsOptions {
  readonly db: Database
  readonly clock: Clock
  readonly definitions: DefinitionsRepository
  readonly locks: Pick<RolesRepository, 'lock'>
  readonly roles: Pick<RolesService, 'heldNow'>
  readonly accounts: Pick<AccountsService, 'lockActive'>
  readonly audit: Pick<AuditService, 'success'>
  readonly idempotency: Pick<IdempotencyService, 'doOnce'>
  readonly revocations: Pick<RevocationsService, 'recordRole'>
}

/**
 * Creates, changes and deletes roles. Callers can neither put a permission into a role that they do not hold, nor take
 * one out of it (I6).
 */
export class RoleDefinitions {
  readonly #options: RoleDefinitionsOptions

  constructor(options: RoleDefinitionsOptions) {
    this.#options = options
  }

  list(page: { readonly after: string; readonly limit: number }): Promise<Role[]> {
    return this.#options.definitions.list(this.#options.db, page)
  }

  /** @throws `not_found` */
  async get(name: string): Promise<Role> {
    return await this.#get(this.#options.db, name)
  }

  /**
   * With an idempotency key, the role is created once, however often the request is sent.
   * @throws `validation_failed`, `role_taken`, `forbidden`, `rate_limited`
   */
  async createOnce(input: NewRoleInput, author: Author, key: string | null): Promise<Role> {
    return await this.#options.idempotency.doOnce({
      key,
      operation: 'role_creation',
      callerId: author.caller?.accountId ?? null,
      context: author.context,
      input,
      authorise: accessOfRoute,
      work: async (transaction) => await this.create(transaction, input, author),
      accountIdOf: () => null,
      recordRepetition: null,
    })
  }

  /**
   * Joins the transaction, if `db` is one.
   * @throws `validation_failed`, `role_taken`, `forbidden`
   */
  async create(db: Database, input: NewRoleInput, author: Author): Promise<Role> {
    const { audit, clock, definitions } = this.#options
    const role = readNewRole(input)
    const { name } = role
    return await inTransaction(db, async (transaction) => {
      assertHeld(await this.#holdingsOf(transaction, author.caller), role.permissions)
      await this.#options.locks.lock(transaction, adminRole)
      if ((await definitions.count(transaction)) >= rolesOfServerMax) throw tooManyRolesOfServer()
      if (!(await definitions.insert(transaction, role, clock.now()))) throw new Failure(roleTaken)
      await this.#completeAdmin(transaction)
      await audit.success(transaction, 'role_creation', changeOf(name, null, role), author.context)
      return await this.#get(transaction, name)
    })
  }

  /** @throws `not_found`, `validation_failed`, `forbidden` */
  async update(name: string, patch: RolePatch, author: Author): Promise<Role> {
    const { audit, clock, db, definitions, revocations } = this.#options
    const changes = readRolePatch(patch)
    return await inTransaction(db, async (transaction) => {
      const { role: before, held } = await this.#lockOwn(transaction, name, author)
      const after = { ...before, ...changes }
      assertHeld(held, after.permissions)
      const isSame = after.permissions.join() === before.permissions.join()
      if (isSame && after.description === before.description) return before
      await definitions.update(transaction, after, clock.now())
      if (!isSame) {
        await this.#completeAdmin(transaction)
        await revocations.recordRole(transaction, name)
      }
      await audit.success(transaction, 'role_change', changeOf(name, before, after), author.context)
      return await this.#get(transaction, name)
    })
  }

  /** Also takes the role from its accounts. @throws `not_found`, `forbidden`, `role_in_use` */
  async delete(name: string, author: Author): Promise<void> {
    const { audit, db, definitions, revocations } = this.#options
    await inTransaction(db, async (transaction) => {
      const { role } = await this.#lockOwn(transaction, name, author)
      const holders = await definitions.countHolders(transaction, name, holdersOfDeletedMax + 1)
      if (holders > holdersOfDeletedMax) throw new Failure(roleInUse)
      await definitions.delete(transaction, name)
      await this.#completeAdmin(transaction)
      await revocations.recordRole(transaction, name)
      await audit.success(transaction, 'role_deletion', changeOf(name, role, null), author.context)
    })
  }

  /**
   * Locks a role that the caller may change: not one that is built in, nor one that permits more than they may do
   * themselves, nor one of an account that may do more than they. Everyone locks in this order: accounts, roles, `admin`.
   */
  async #lockOwn(transaction: Transaction, name: string, { caller }: Author): Promise<OwnRole> {
    const { definitions, locks } = this.#options
    const held = await this.#holdingsOf(transaction, caller)
    await this.#get(transaction, name)
    await locks.lock(transaction, name)
    // Read again: another transaction may have changed or deleted it before it was locked.
    const role = await this.#get(transaction, name)
    if (role.isBuiltIn) throw builtIn(name)
    assertHeld(held, role.permissions)
    if (!held.isAll && (await definitions.hasHolderWithMore(transaction, name, held.permissions)))
      throw heldByHigher()
    await locks.lock(transaction, adminRole)
    return { role, held }
  }

  /** What the caller may give away at this moment. Their account stays locked, so that no one takes it away meanwhile. */
  async #holdingsOf(transaction: Transaction, caller: Author['caller']): Promise<Holdings> {
    if (caller === null) return everything
    const { accounts, roles } = this.#options
    if (!(await accounts.lockActive(transaction, caller.accountId))) throw new Failure(invalidToken)
    return await roles.heldNow(transaction, caller)
  }

  /** Gives `admin` the permissions that are new, and takes from it those that no other role has any more. */
  async #completeAdmin(transaction: Transaction): Promise<void> {
    const { definitions } = this.#options
    const used = (await definitions.listUsed(transaction)).filter((permission) => !isOwn(permission))
    if (used.length > permissionsOfApplicationsMax) throw tooManyPermissions()
    await definitions.replaceAll(transaction, [...ownPermissions, ...used])
  }

  async #get(db: Database, name: string): Promise<Role> {
    // No database is asked for a text that cannot be the name of a role: not each takes every text (A19).
    const role = parseRoleName(name).ok ? await this.#options.definitions.find(db, name) : null
    if (role === null) throw new Failure(notFound)
    return role
  }
}

/** What the audit trail shows of a change. */
function changeOf(name: string, before: NewRole | null, after: NewRole | null): AuditSubject {
  const shown = ({ description, permissions }: NewRole) => ({ description, permissions })
  const changes = changesBetween(before && shown(before), after && shown(after))
  return { target: `role:${name}`, changes }
}

interface OwnRole {
  readonly role: Role
  readonly held: Holdings
}

function builtIn(name: string): Failure {
  return new Failure(forbidden, { detail: `The role "${name}" is built in and stays as it is.` })
}

function heldByHigher(): Failure {
  return new Failure(forbidden, {
    detail:
      'An account with this role also has permissions that you do not have. Only someone who has all of them can change the role.',
    refusedBy: 'rank',
  })
}

function tooManyRolesOfServer(): Failure {
  const detail = `A server can have at most ${rolesOfServerMax} roles. Delete one first.`
  return invalidFields({ pointer: '/name', code: 'too_many', detail })
}

function tooManyPermissions(): Failure {
  const detail = `All applications together can define at most ${permissionsOfApplicationsMax} permissions.`
  return invalidFields({ pointer: '/permissions', code: 'too_many', detail })
}
