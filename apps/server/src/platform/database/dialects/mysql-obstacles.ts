import { sql } from 'kysely'
import type { DatabaseNeed } from '../engine.ts'
import type { Obstacle } from '../obstacle.ts'
import type { Database } from '../tables.ts'

export async function mysqlObstacles(db: Database, need: DatabaseNeed): Promise<readonly Obstacle[]> {
  const { rows } = await sql<{ version: string; user: string; database: string }>`
    select version() as version, current_user() as \`user\`, database() as \`database\``.execute(db)
  const [facts] = rows
  if (facts === undefined) return []
  const missing = await findMissingRights(db, need)
  return [...judgeMysqlVersion(facts.version), ...judgeRights({ ...facts, missing })]
}

/** Older versions lack the collation that compares byte for byte. */
const minimum = { MariaDB: [10, 2, 2], MySQL: [8, 0, 17] } as const

export function judgeMysqlVersion(version: string): readonly Obstacle[] {
  const name = version.includes('MariaDB') ? 'MariaDB' : 'MySQL'
  // Some replies of MariaDB begin with 5.5.5-, for clients that know no other major version.
  const [, ...numbers] = /(\d+)\.(\d+)\.(\d+)/.exec(version.replace(/^5\.5\.5-/, '')) ?? []
  const isOld = compare(numbers.map(Number), minimum[name]) < 0
  if (!isOld) return []
  return [
    {
      code: 'database_version',
      summary: `The server is ${name} ${version}, and Proxima needs ${name} ${minimum[name].join('.')} or newer.`,
      advice: `Upgrade ${name}.`,
    },
  ]
}

function compare(one: readonly number[], other: readonly number[]): number {
  const index = other.findIndex((number, place) => number !== one[place])
  return index < 0 ? 0 : (one[index] ?? 0) - (other[index] ?? 0)
}

interface Rights {
  readonly user: string
  readonly database: string
  readonly missing: readonly string[]
}

function judgeRights({ user, database, missing }: Rights): readonly Obstacle[] {
  if (missing.length === 0) return []
  return [
    {
      code: 'database_rights_missing',
      summary: `The user ${user} lacks rights in the database "${database}": ${missing.join(', ')}.`,
      advice: `Run: grant ${missing.join(', ')} on \`${database}\`.* to ${user}`,
    },
  ]
}

const usualRights = ['SELECT', 'INSERT', 'UPDATE', 'DELETE']
const creatingRights = ['CREATE', 'ALTER', 'INDEX', 'REFERENCES']

/**
 * The rights that the user was given nowhere: for all databases, for this one, or for a table. The rights of roles are
 * not listed there, so a user with a role is not judged. If one is missing all the same, calls are answered 503.
 */
async function findMissingRights(db: Database, { createsTables }: DatabaseNeed): Promise<readonly string[]> {
  if (await hasRole(db)) return []
  const { rows } = await sql<{ name: string }>`
    select privilege_type as name from information_schema.user_privileges where ${isOfUser}
    union select privilege_type from information_schema.schema_privileges
      where ${isOfUser} and database() like table_schema
    union select privilege_type from information_schema.table_privileges
      where ${isOfUser} and table_schema = database()`.execute(db)
  const given = new Set(rows.map(({ name }) => name.toUpperCase()))
  return [...usualRights, ...(createsTables ? creatingRights : [])].filter((name) => !given.has(name))
}

// The grantee is written 'user'@'host'. Anyone may read their own rights, and only some may read those of others.
const isOfUser = sql`grantee = concat('''', substring_index(current_user(), '@', 1), '''@''',
  substring_index(current_user(), '@', -1), '''')`

async function hasRole(db: Database): Promise<boolean> {
  try {
    const { rows } = await sql`select 1 from information_schema.applicable_roles limit 1`.execute(db)
    return rows.length > 0
  } catch {
    // The rights are not known, as on a version without this table.
    return true
  }
}
