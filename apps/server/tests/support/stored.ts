import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { loadConfig } from '../../src/platform/config/load-config.ts'
import { connect } from '../../src/platform/database/connect.ts'
import type { Database } from '../../src/platform/database/tables.ts'

/** What a server has written, read behind its back: as an administrator of the database would, or a thief. */
export interface Stored {
  readonly db: Database
  /** How many rows there are of all that an account is made of. */
  countRows(): Promise<Record<string, number>>
  /** Every value of every table, and with SQLite the bytes of its files. */
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

export function openStored(databaseUrl: string): Stored {
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
