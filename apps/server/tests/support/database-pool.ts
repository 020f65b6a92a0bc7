import { rmSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { migrateUp } from '../../src/platform/database/migrator.ts'
import { tablesInOrder } from '../../src/platform/database/table-order.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { connectTo } from './connections.ts'
import type { TestDatabase, TestEngine } from './engines.ts'

type Rows = Record<string, unknown>[]

/** A database that test files of this process use one after the other. */
interface Kept {
  readonly database: TestDatabase
  readonly schema: string
  /** The rows that the migrations write, by table. */
  readonly first: ReadonlyMap<string, Rows>
}

const free = new Map<TestEngine, Kept[]>()
let sqliteTemplate: string | null = null

/**
 * A database with the tables of this version and nothing else in them. A server needs a second to make one, and tests
 * need hundreds, so they use few, and each is emptied before its next use. One whose schema a test has changed, or that
 * something still uses, is dropped instead.
 */
export async function takeDatabase(engine: TestEngine): Promise<TestDatabase> {
  if (engine.name === 'SQLite') return await copyTemplate(engine)
  const left = free.get(engine) ?? []
  free.set(engine, left)
  for (let kept = left.pop(); kept !== undefined; kept = left.pop()) {
    if (await empty(engine, kept)) return lend(left, kept)
    await kept.database.drop()
  }
  return lend(left, await make(engine))
}

function lend(left: Kept[], kept: Kept): TestDatabase {
  return { url: kept.database.url, drop: async () => void left.push(kept) }
}

async function copyTemplate(engine: TestEngine): Promise<TestDatabase> {
  if (sqliteTemplate === null) {
    const { url } = await engine.createDatabase()
    const connection = connectTo(url)
    await migrateUp(connection)
    await connection.db.destroy()
    const template = pathOf(url)
    process.once('exit', () => rmSync(dirname(template), { recursive: true, force: true }))
    sqliteTemplate = template
  }
  const database = await engine.createDatabase()
  await copyFile(sqliteTemplate, pathOf(database.url))
  return database
}

function pathOf(url: string): string {
  return url.slice('sqlite:'.length)
}

async function make(engine: TestEngine): Promise<Kept> {
  const database = await engine.createDatabase()
  const connection = connectTo(database.url)
  try {
    await migrateUp(connection)
    await waitForNoDisk(engine, connection.db)
    return await connection.db.connection().execute(async (db) => {
      const first = new Map<string, Rows>()
      for (const name of await filledTables(db)) first.set(name, await rowsOf(db, name))
      return { database, schema: await schemaOf(engine, db), first }
    })
  } finally {
    await connection.db.destroy()
  }
}

/** No test of these databases cuts the power. */
async function waitForNoDisk(engine: TestEngine, db: Database): Promise<void> {
  if (engine.name !== 'PostgreSQL') return
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db)
  for (const { name } of rows)
    await sql`alter database ${sql.id(name)} set synchronous_commit = off`.execute(db)
}

/** @returns false if the database must not be used again */
async function empty(engine: TestEngine, { database, schema, first }: Kept): Promise<boolean> {
  const { db: pool } = connectTo(database.url)
  try {
    return await pool.connection().execute(async (db) => {
      if (!(await isUnused(engine, db)) || (await schemaOf(engine, db)) !== schema) return false
      const changed = await changedTables(db, first)
      await deleteAll(engine, db, changed)
      for (const { name } of tablesInOrder) {
        const rows = changed.includes(name) ? (first.get(name) ?? []) : []
        for (const row of rows)
          await sql`insert into ${sql.table(name)} (${sql.join(Object.keys(row).map((column) => sql.ref(column)))}) values (${sql.join(Object.values(row))})`.execute(
            db,
          )
      }
      return true
    })
  } finally {
    await pool.destroy()
  }
}

async function changedTables(db: Database, first: ReadonlyMap<string, Rows>): Promise<string[]> {
  const filled = (await filledTables(db)).filter((name) => !first.has(name))
  for (const [name, rows] of first)
    if (JSON.stringify(await rowsOf(db, name)) !== JSON.stringify(rows)) return [...filled, ...first.keys()]
  return filled
}

async function filledTables(db: Database): Promise<string[]> {
  const questions = tablesInOrder.map(
    ({ name }) => sql`select ${sql.lit(name)} as name where exists (select 1 from ${sql.table(name)})`,
  )
  const { rows } = await sql<{ name: string }>`${sql.join(questions, sql` union all `)}`.execute(db)
  return rows.map(({ name }) => name)
}

async function rowsOf(db: Database, name: string): Promise<Rows> {
  const order = tablesInOrder.find((table) => table.name === name)?.primaryKey ?? []
  const all = sql<
    Record<string, unknown>
  >`select * from ${sql.table(name)} order by ${sql.join(order.map((column) => sql.ref(column)))}`
  return (await all.execute(db)).rows
}

const deletedAtOnce = 5_000

async function deleteAll(engine: TestEngine, db: Database, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  if (engine.name === 'PostgreSQL') {
    await sql`truncate ${sql.join(names.map((name) => sql.table(name)))} cascade`.execute(db)
    return
  }
  await sql`set foreign_key_checks = 0`.execute(db)
  for (const name of names) {
    const deletion = sql`delete from ${sql.table(name)} limit ${sql.lit(deletedAtOnce)}`
    const { numAffectedRows } = await deletion.execute(db)
    if (numAffectedRows === BigInt(deletedAtOnce)) await sql`truncate ${sql.table(name)}`.execute(db)
  }
  await sql`set foreign_key_checks = 1`.execute(db)
}

/** The last connections of a server close a moment after it has ended. One that stays belongs to a server that runs. */
async function isUnused(engine: TestEngine, db: Database): Promise<boolean> {
  const others =
    engine.name === 'PostgreSQL'
      ? sql<{
          id: number
        }>`select pid as id from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
      : sql<{
          id: number
        }>`select id from information_schema.processlist where db = database() and id <> connection_id()`
  for (let wait = 0; wait < 20; wait++) {
    if ((await others.execute(db)).rows.length === 0) return true
    await sleep(50)
  }
  return false
}

/** Every column, index, constraint and trigger, as one text. */
async function schemaOf(engine: TestEngine, db: Database): Promise<string> {
  const parts =
    engine.name === 'PostgreSQL'
      ? sql<{ part: string }>`
          select concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default, collation_name) as part
            from information_schema.columns where table_schema = current_schema()
          union all select indexdef from pg_indexes where schemaname = current_schema()
          union all select pg_get_constraintdef(oid) from pg_constraint where connamespace = current_schema()::regnamespace
          union all select tgname from pg_trigger where not tgisinternal
          union all select concat_ws(' ', datconnlimit, datallowconn) from pg_database where datname = current_database()
          union all select array_to_string(setconfig, ' ') from pg_db_role_setting
          union all select name from proxima_migrations`
      : sql<{ part: string }>`
          select concat_ws(' ', table_name, column_name, column_type, is_nullable, column_default, collation_name) as part
            from information_schema.columns where table_schema = database()
          union all select concat_ws(' ', table_name, index_name, column_name, sub_part)
            from information_schema.statistics where table_schema = database()
          union all select concat_ws(' ', table_name, constraint_name)
            from information_schema.table_constraints where table_schema = database()
          union all select trigger_name from information_schema.triggers where trigger_schema = database()
          union all select name from proxima_migrations`
  const { rows } = await parts.execute(db)
  return rows
    .map(({ part }) => part)
    .toSorted()
    .join('\n')
}
