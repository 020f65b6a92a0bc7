import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { loadConfig } from '../../src/platform/config/load-config.ts'
import { connect } from '../../src/platform/database/connect.ts'
import type { Database } from '../../src/platform/database/tables.ts'

/** The data that a server has stored, read directly, as a database administrator or a thief would. */
export interface StoredData {
  readonly db: Database
  /** The number of rows in each table that an account consists of. */
  countRows(): Promise<Record<string, number>>
  /** Every value of every table and, on SQLite, the bytes of its files. */
  dump(): Promise<Buffer>
  close(): Promise<void>
}

const accountTables = [
  'accounts',
  'username_skeletons',
  'profiles',
  'pictures',
  'picture_files',
  'account_roles',
  'passwords',
  'user_secrets',
] as const

export function openStoredData(databaseUrl: string): StoredData {
  const location = loadConfig({ PROXIMA_DATABASE_URL: databaseUrl }).databaseUrl
  const options = { poolMax: 2, statementTimeoutMs: 10_000, onError: () => {} }
  const { db } = connect(location, options)
  return {
    db,
    countRows: async () => Object.fromEntries(await Promise.all(accountTables.map(count(db)))),
    dump: async () => {
      const files = location.engine === 'sqlite' ? await readFiles(location.path) : []
      return Buffer.concat([Buffer.from(await dumpTables(db)), ...files])
    },
    close: async () => await db.destroy(),
  }
}

function count(db: Database) {
  return async (table: (typeof accountTables)[number]): Promise<[string, number]> => {
    const { rows } = await db.selectFrom(table).select(db.fn.countAll().as('rows')).executeTakeFirstOrThrow()
    return [table, Number(rows)]
  }
}

async function dumpTables(db: Database): Promise<string> {
  const tables = await db.introspection.getTables()
  const contents = tables.map(async ({ name }) => await sql`select * from ${sql.table(name)}`.execute(db))
  return (await Promise.all(contents)).map(({ rows }) => JSON.stringify(rows)).join('\n')
}

async function readFiles(path: string): Promise<Buffer[]> {
  return await Promise.all([path, `${path}-wal`].map(async (file) => await readFile(file)))
}
