import { type Dialect, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { Engine, Fault } from '../engine.ts'
import { connectSqlite, type SqliteConnections, type SqliteOptions } from './sqlite-connections.ts'
import { SqliteDriver, scrubStatement } from './sqlite-driver.ts'
import { snapshotDialect } from './sqlite-snapshot.ts'
import { WriteLock } from './write-lock.ts'

export function sqliteEngine(path: string, options: Omit<SqliteOptions, 'path' | 'lock'>): Engine {
  const lock = new WriteLock()
  let opened: SqliteConnections | null = null
  const dialect: Dialect = {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () =>
      new SqliteDriver(() => {
        opened = connectSqlite({ ...options, path, lock })
        return opened
      }),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
  const types = { id: 'text', time: 'integer', integer: 'integer', bytes: 'blob', text: () => 'text' }
  return {
    name: 'sqlite',
    dialect,
    snapshotDialect: snapshotDialect(path, dialect),
    classify,
    tableNames: "select name from sqlite_master where type = 'table'",
    columnNames: `
      select tables.name as "table", columns.name as "column"
      from sqlite_master as tables join pragma_table_info(tables.name) as columns where tables.type = 'table'`,
    migrationSchema: async () => null,
    // It is a part of this program, and opening the file has checked the rest.
    findObstacles: async () => [],
    assertInPlace: () => opened?.files.assertInPlace(),
    columnTypes: async () => types,
    tableOptions: 'strict',
    // Otherwise SQLite would store each row a second time beside its key.
    indexOnlyTableOptions: 'strict, without rowid',
    changingTableOptions: '',
    partialIndexes: true,
    scrub: scrubStatement,
    poolUse: () => {
      const inUse = lock.isHeld ? 1 : 0
      return { inUse, idle: 1 - inUse, waiting: lock.waiting, max: 1 }
    },
  }
}

class TransactionalSqliteAdapter extends SqliteAdapter {
  // Schema changes are transactional in SQLite, and `begin immediate` lets one node at a time make them.
  override get supportsTransactionalDdl(): boolean {
    return true
  }

  // Our driver has a connection that writes and one that reads. Otherwise Kysely would hand out one at a time: every read
  // would wait for every transaction, and a read within a transaction would never return.
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

/** Primary result codes, https://sqlite.org/rescode.html; the extended code is in the higher bits. */
const unavailableCodes = new Set([
  3 /* permission */, 5 /* busy */, 6 /* locked */, 7 /* out of memory */, 8 /* read-only */, 10 /* I/O */,
  11 /* damaged */, 13 /* full */, 14 /* cannot open */, 15 /* locking protocol */, 22 /* file too large */,
  23 /* not authorised */, 26 /* no database */,
])
/** SQLite has no code of its own for them. An operator removed the table or column, or restored an older file. */
const missingObject = /^no such (?:table|column)/
const fileSystemCodes = new Set(['ENOSPC', 'EROFS', 'EIO', 'EMFILE', 'ENFILE', 'EACCES', 'EDQUOT'])

function classify(error: unknown): Fault {
  if (!(error instanceof Error)) return { kind: 'other' }
  if ('errcode' in error && typeof error.errcode === 'number') {
    const constraint = uniqueConstraint(error.errcode, error.message)
    if (constraint !== null) return { kind: 'unique', constraint }
    const isUnavailable = unavailableCodes.has(error.errcode & 0xff) || missingObject.test(error.message)
    return { kind: isUnavailable ? 'unavailable' : 'other' }
  }
  const code = 'code' in error ? String(error.code) : ''
  return { kind: fileSystemCodes.has(code) ? 'unavailable' : 'other' }
}

function uniqueConstraint(code: number, message: string): string | null {
  if (code === 1555) return 'primary_key'
  if (code !== 2067) return null
  // Such as "UNIQUE constraint failed: signing_keys.algorithm, signing_keys.predecessor".
  const columns = [...message.matchAll(/(\w+)\.(\w+)/g)]
  const table = columns[0]?.[1]
  return table === undefined ? null : [table, ...columns.map(([, , column]) => column)].join('_')
}
