import type { Selectable } from 'kysely'
import type { RolesTable } from '../../../../platform/database/authorization-tables.ts'
import { changesRows } from '../../../../platform/database/changed-rows.ts'
import { UniqueViolation } from '../../../../platform/database/faults.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { Permission } from '../../../../platform/kernel/permission.ts'
import { adminRole, isBuiltIn, type Role } from '../model.ts'

export interface NewRole {
  readonly name: string
  readonly description: string | null
  readonly permissions: readonly Permission[]
}

/** What a role is. `RolesRepository` has who holds it. */
export class DefinitionsRepository {
  /** By name. */
  async list(db: Database, { after, limit }: { after: string; limit: number }): Promise<Role[]> {
    const all = db.selectFrom('roles').selectAll().orderBy('name').limit(limit)
    const rows = await all.where('name', '>', after).execute()
    const permissions = await this.#permissionsOf(
      db,
      rows.map(({ name }) => name),
    )
    return rows.map((row) => toRole(row, permissions.get(row.name) ?? []))
  }

  async find(db: Database, name: string): Promise<Role | null> {
    const row = await db.selectFrom('roles').selectAll().where('name', '=', name).executeTakeFirst()
    if (row === undefined) return null
    return toRole(row, (await this.#permissionsOf(db, [name])).get(name) ?? [])
  }

  /** @returns whether the name was free; if not, the transaction must be rolled back */
  async insert(db: Transaction, { name, description, permissions }: NewRole, at: Date): Promise<boolean> {
    const times = { created_at: at.getTime(), updated_at: at.getTime() }
    try {
      await db
        .insertInto('roles')
        .values({ name, description, ...times })
        .execute()
    } catch (error) {
      if (error instanceof UniqueViolation) return false
      throw error
    }
    await this.#addPermissions(db, name, permissions)
    return true
  }

  async update(db: Transaction, { name, description, permissions }: NewRole, at: Date): Promise<void> {
    await db
      .updateTable('roles')
      .set({ description, updated_at: at.getTime() })
      .where('name', '=', name)
      .execute()
    await db.deleteFrom('role_permissions').where('role', '=', name).execute()
    await this.#addPermissions(db, name, permissions)
  }

  /** Also takes the role from its accounts. @returns whether there was such a role */
  async delete(db: Transaction, name: string): Promise<boolean> {
    return await changesRows(db.deleteFrom('roles').where('name', '=', name))
  }

  /** How many roles there are. */
  async count(db: Database): Promise<number> {
    const row = await db.selectFrom('roles').select(db.fn.countAll().as('roles')).executeTakeFirstOrThrow()
    return Number(row.roles)
  }

  /** How many accounts have the role, counted up to `max`. */
  async countHolders(db: Database, name: string, max: number): Promise<number> {
    const holders = db.selectFrom('account_roles').select('account_id').where('role', '=', name).limit(max)
    const row = await db
      .selectFrom(holders.as('holders'))
      .select(db.fn.countAll().as('accounts'))
      .executeTakeFirstOrThrow()
    return Number(row.accounts)
  }

  /** The permissions that a role other than `admin` has, each once. */
  async listUsed(db: Database): Promise<Permission[]> {
    const rows = await db
      .selectFrom('role_permissions')
      .select('permission')
      .distinct()
      .where('role', '!=', adminRole)
      .execute()
    return rows.map(({ permission }) => permission as Permission)
  }

  /**
   * An account that has the role, and through another role a permission that is not among `held`. An administrator does
   * not count: whatever becomes of the role, they hold everything.
   */
  async hasHolderWithMore(db: Database, name: string, held: readonly Permission[]): Promise<boolean> {
    const others = db.selectFrom('role_permissions').select('role').distinct().where('role', '!=', adminRole)
    const beyond = (await others.where('permission', 'not in', [...held, '']).execute()).map(
      ({ role }) => role,
    )
    if (beyond.length === 0) return false
    const found = await db
      .selectFrom('account_roles as more')
      .innerJoin('account_roles as holder', 'holder.account_id', 'more.account_id')
      .leftJoin('account_roles as all', (join) =>
        join.onRef('all.account_id', '=', 'more.account_id').on('all.role', '=', adminRole),
      )
      .select('more.account_id')
      .where('more.role', 'in', beyond)
      .where('holder.role', '=', name)
      .where('all.role', 'is', null)
      .limit(1)
      .executeTakeFirst()
    return found !== undefined
  }

  /** Makes the permissions of `admin` exactly these. */
  async replaceAll(db: Transaction, permissions: readonly Permission[]): Promise<void> {
    const held = (await this.#permissionsOf(db, [adminRole])).get(adminRole) ?? []
    const [known, wanted] = [new Set(held), new Set(permissions)]
    const unused = held.filter((permission) => !wanted.has(permission))
    if (unused.length > 0)
      await db
        .deleteFrom('role_permissions')
        .where('role', '=', adminRole)
        .where('permission', 'in', unused)
        .execute()
    await this.#addPermissions(
      db,
      adminRole,
      permissions.filter((permission) => !known.has(permission)),
    )
  }

  async #addPermissions(db: Transaction, role: string, permissions: readonly Permission[]): Promise<void> {
    const rows = permissions.map((permission) => ({ role, permission }))
    if (rows.length > 0) await db.insertInto('role_permissions').values(rows).execute()
  }

  async #permissionsOf(db: Database, roles: readonly string[]): Promise<Map<string, Permission[]>> {
    if (roles.length === 0) return new Map()
    const rows = await db
      .selectFrom('role_permissions')
      .selectAll()
      .where('role', 'in', roles)
      .orderBy('permission')
      .execute()
    const byRole = Map.groupBy(rows, ({ role }) => role)
    return new Map(
      [...byRole].map(([role, own]) => [role, own.map(({ permission }) => permission as Permission)]),
    )
  }
}

function toRole(row: Selectable<RolesTable>, permissions: readonly Permission[]): Role {
  return {
    name: row.name,
    description: row.description,
    permissions,
    isBuiltIn: isBuiltIn(row.name),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  }
}
