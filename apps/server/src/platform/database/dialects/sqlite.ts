import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Dialect, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { Engine, Fault } from '../engine.ts'
import { SqliteDriver } from './sqlite-driver.ts'

const busyTimeoutMs = 5_000

export function sqliteEngine(path: string): Engine {
  const dialect: Dialect = {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () => new SqliteDriver(() => open(path)),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
  const types = { id: 'text', time: 'integer', text: () => 'text' }
  return { name: 'sqlite', dialect, classify, columnTypes: async () => types, tableOptions: 'strict' }
}

// Schema changes are transactional in SQLite, and `begin immediate` lets one node at a time make them.
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

function open(path: string): { writer: DatabaseSync; reader: DatabaseSync } {
  makePrivateFile(path)
  const options = { timeout: busyTimeoutMs, enableForeignKeyConstraints: true }
  const writer = new DatabaseSync(path, options)
  // A write is acknowledged only once it is durable: FULL syncs the log at every commit, NORMAL would not.
  writer.exec(
    'pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off; pragma busy_timeout = 0',
  )
  const reader = new DatabaseSync(path, options)
  reader.exec('pragma synchronous = full; pragma query_only = on; pragma trusted_schema = off')
  return { writer, reader }
}

// The database holds password hashes: nobody but its owner may read it. SQLite gives the log files the same mode.
function makePrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
}

/** Primary result codes, https://sqlite.org/rescode.html; the extended code is in the higher bits. */
const unavailableCodes = new Set([
  5 /* busy */, 6 /* locked */, 8 /* read-only */, 10 /* I/O */, 13 /* full */, 14 /* cannot open */,
])
const fileSystemCodes = new Set(['ENOSPC', 'EROFS', 'EIO', 'EMFILE', 'ENFILE', 'EACCES', 'EDQUOT'])

function classify(error: unknown): Fault {
  if (!(error instanceof Error)) return { kind: 'other' }
  if ('errcode' in error && typeof error.errcode === 'number') {
    const constraint = uniqueConstraint(error.errcode, error.message)
    if (constraint !== null) return { kind: 'unique', constraint }
    return { kind: unavailableCodes.has(error.errcode & 0xff) ? 'unavailable' : 'other' }
  }
  const code = 'code' in error ? String(error.code) : ''
  return { kind: fileSystemCodes.has(code) ? 'unavailable' : 'other' }
}

function uniqueConstraint(code: number, message: string): string | null {
  const isUnique = code === 2067 /* unique */ || code === 1555 /* primary key */
  const column = isUnique ? /: (\w+)\.(\w+)/.exec(message) : null
  return column === null ? null : `${column[1]}_${column[2]}`
}
