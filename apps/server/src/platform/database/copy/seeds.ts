import { builtInRoles } from '../migrations/0001-authorization.ts'
import type { OrderedTable } from '../table-order.ts'
import type { Database } from '../tables.ts'

/** The rows that migrations insert. The source of a copy has its own, so the copy removes those of the target first. */

const names = builtInRoles.map(({ name }) => name)

/** True for a table whose rows, if there are any, may all be from a migration. */
export async function hasOnlySeeds(db: Database, { name }: OrderedTable): Promise<boolean> {
  switch (name) {
    case 'roles':
      return await isEmptyBeside(db.selectFrom('roles').select('name').where('name', 'not in', names))
    case 'role_permissions':
      return await isEmptyBeside(
        db.selectFrom('role_permissions').select('role').where('role', 'not in', names),
      )
    default:
      return false
  }
}

export async function removeSeeds(db: Database): Promise<void> {
  await db.deleteFrom('roles').where('name', 'in', names).execute()
}

async function isEmptyBeside(others: { executeTakeFirst(): Promise<unknown> }): Promise<boolean> {
  return (await others.executeTakeFirst()) === undefined
}
