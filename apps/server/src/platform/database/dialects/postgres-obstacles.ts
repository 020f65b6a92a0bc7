import { sql } from 'kysely'
import type { DatabaseNeed } from '../engine.ts'
import type { Obstacle } from '../obstacle.ts'
import { tablesInOrder } from '../table-order.ts'
import type { Database } from '../tables.ts'

interface Need extends DatabaseNeed {
  readonly connectionsMax: number
  /** SQL for the oid of the schema of our tables. */
  readonly schema: string
}

interface Facts {
  readonly version: string
  readonly version_number: number
  readonly encoding: string
  readonly user: string
  readonly database: string
  readonly schema: string | null
  readonly search_path: string
  readonly may_create: boolean | null
}

export async function postgresObstacles(db: Database, need: Need): Promise<readonly Obstacle[]> {
  const { rows } = await sql<Facts>`
    select current_setting('server_version') as version, current_setting('server_version_num')::integer as version_number,
      current_setting('server_encoding') as encoding, current_user as "user", current_database() as database,
      (select nspname::text from pg_namespace where oid = ${sql.raw(need.schema)}) as schema, current_setting('search_path') as search_path,
      has_schema_privilege(${sql.raw(need.schema)}, 'create') as may_create`.execute(db)
  const [facts] = rows
  if (facts === undefined) return []
  const obstacles = judgePostgres(facts, need)
  if (facts.schema !== null) obstacles.push(...(await findRefusedTables(db, facts, need)))
  if (need.connectionsMax > 1 && (await isConnectionShared(db))) obstacles.push(pooler)
  return obstacles
}

/** Older versions are not tested, and get no security fixes. */
const versionMin = 120_000

// SQL_ASCII stores the bytes of UTF-8 as they are. Every other encoding but UTF8 lacks most characters.
const encodings = new Set(['UTF8', 'SQL_ASCII'])

export function judgePostgres(facts: Facts, need: DatabaseNeed): Obstacle[] {
  const { version, encoding, user, database, schema } = facts
  const obstacles: Obstacle[] = []
  if (facts.version_number < versionMin)
    obstacles.push({
      code: 'database_version',
      summary: `The server is PostgreSQL ${version}, and Proxima needs PostgreSQL 12 or newer.`,
      advice: 'Upgrade PostgreSQL.',
    })
  if (!encodings.has(encoding))
    obstacles.push({
      code: 'database_encoding',
      summary: `The database "${database}" has the encoding ${encoding}, which cannot hold every character. Proxima needs UTF8.`,
      advice: `Create another one: create database ... encoding 'UTF8' template template0`,
    })
  if (schema === null)
    obstacles.push({
      code: 'database_schema_missing',
      summary: `The search path (${facts.search_path}) names no schema that exists and that the role "${user}" may use.`,
      advice: `Create the schema and run: grant usage, create on schema ... to "${user}"`,
    })
  else if (need.createsTables && facts.may_create !== true)
    obstacles.push({
      code: 'database_rights_missing',
      summary: `The role "${user}" may not create tables in the schema "${schema}" of the database "${database}".`,
      advice: `Run: grant create on schema "${schema}" to "${user}". Or let another role run "proxima migrate up".`,
    })
  return obstacles
}

async function findRefusedTables(
  db: Database,
  { user, schema }: Facts,
  need: Need,
): Promise<readonly Obstacle[]> {
  const names = sql.join(tablesInOrder.map(({ name }) => name))
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = ${sql.raw(need.schema)} and relkind in ('r', 'p') and relname in (${names})
      and not (has_table_privilege(oid, 'select') and has_table_privilege(oid, 'insert')
        and has_table_privilege(oid, 'update') and has_table_privilege(oid, 'delete'))
    order by relname`.execute(db)
  if (rows.length === 0) return []
  const tables = rows.map(({ name }) => name).join(', ')
  return [
    {
      code: 'database_rights_missing',
      summary: `The role "${user}" may not read and change these tables in the schema "${schema}": ${tables}.`,
      advice: `Run: grant select, insert, update, delete on all tables in schema "${schema}" to "${user}"`,
    },
  ]
}

const pooler: Obstacle = {
  code: 'database_pooler',
  summary:
    'A pooler gives each transaction another connection to the database, and so loses the settings and the prepared ' +
    'statements of a connection.',
  advice: 'Set pool_mode = session in PgBouncer, or connect without a pooler.',
}

/**
 * True if two open connections have the same backend, or one connection changes its backend. Neither happens without a
 * pooler. A busy pooler may escape this check, but its errors are answered 503.
 */
async function isConnectionShared(db: Database): Promise<boolean> {
  return await db.connection().execute(async (one) => {
    const first = await backendOf(one)
    return await db.connection().execute(async (other) => {
      const second = await backendOf(other)
      return second === first || (await backendOf(one)) !== first
    })
  })
}

async function backendOf(db: Database): Promise<number | undefined> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)
  return rows[0]?.pid
}
