import type { Kysely } from 'kysely'
import { systemClock } from '../../kernel/clock.ts'
import { ownPermissions } from '../../kernel/permission.ts'
import type { RolePermissionsTable, RolesTable } from '../authorization-tables.ts'
import { lengths, optional, type SchemaBuilder } from './schema-builder.ts'

/** The roles that every database has from its migration on. */
export const builtInRoles = [
  { name: 'admin', description: 'Administers everything. Holds every permission, always.' },
  { name: 'user', description: 'What every person has.' },
] as const

/** Creates roles, their permissions, and the roles of accounts. A part of `0001-initial-schema.ts`. */
export async function createAuthorization(schema: SchemaBuilder, db: Kysely<unknown>): Promise<void> {
  const { time } = schema
  const role = schema.text(lengths.code)
  await schema.createTable('roles', {
    columns: {
      name: role,
      description: optional(schema.text(lengths.name)),
      created_at: time,
      updated_at: time,
    },
    primaryKey: ['name'],
  })
  await schema.createTable('role_permissions', {
    columns: { role, permission: schema.text(lengths.digest) },
    primaryKey: ['role', 'permission'],
    references: { role: { table: 'roles', column: 'name' } },
  })
  await schema.createAccountTable('account_roles', {
    columns: { role },
    primaryKey: ['account_id', 'role'],
    references: { role: { table: 'roles', column: 'name' } },
    indexes: [['role', 'account_id']],
  })
  await schema.createTable('setup_links', {
    columns: { token_digest: schema.text(lengths.digest), created_at: time },
    primaryKey: ['token_digest'],
  })
  await insertBuiltInRoles(db)
}

interface Seeded {
  roles: RolesTable
  role_permissions: RolePermissionsTable
}

/** Can be repeated, like every step of a migration: an interrupted one leaves some of the rows. */
async function insertBuiltInRoles(untyped: Kysely<unknown>): Promise<void> {
  const db = untyped as Kysely<Seeded>
  const now = systemClock.now().getTime()
  await db.deleteFrom('role_permissions').where('role', '=', 'admin').execute()
  const kept = new Set((await db.selectFrom('roles').select('name').execute()).map(({ name }) => name))
  const roles = builtInRoles.filter(({ name }) => !kept.has(name))
  if (roles.length > 0)
    await db
      .insertInto('roles')
      .values(roles.map((role) => ({ ...role, created_at: now, updated_at: now })))
      .execute()
  const permissions = ownPermissions.map((permission) => ({ role: 'admin', permission }))
  await db.insertInto('role_permissions').values(permissions).execute()
}
