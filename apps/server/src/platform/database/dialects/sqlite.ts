import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Dialect, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { ConfigError } from '../../config/config-error.ts'
import type { Engine, Fault } from '../engine.ts'
import { SqliteDriver } from './sqlite-driver.ts'
import { explained, OpenFile, refuseFilesOfOthers } from './sqlite-files.ts'
import { WriteLock } from './write-lock.ts'

const busyTimeoutMs = 5_000

export function sqliteEngine(path: string): Engine {
  const lock = new WriteLock()
  let openFile: OpenFile | null = null
  const assertInPlace = () => openFile?.assertInPlace()
  const dialect: Dialect = {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () =>
      new SqliteDriver({
        open: () => {
          const connections = openOrExplain(path)
          openFile = new OpenFile(path)
          return connections
        },
        lock,
        assertInPlace,
      }),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
  const types = { id: 'text', time: 'integer', integer: 'integer', bytes: 'blob', text: () => 'text' }
  return {
    name: 'sqlite',
    dialect,
    classify,
    tableNames: "select name from sqlite_master where type = 'table'",
    columnNames: `
      select tables.name as "table", columns.name as "column"
      from sqlite_master as tables join pragma_table_info(tables.name) as columns where tables.type = 'table'`,
    migrationSchema: async () => null,
    // It is a part of this program, and opening the file has checked the rest.
    findObstacles: async () => [],
    assertInPlace,
    columnTypes: async () => types,
    tableOptions: 'strict',
    partialIndexes: true,
    scrub: 'pragma wal_checkpoint(truncate)',
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

/** Errors that waiting does not fix. They concern the path, its permissions, or the file. */
const reasonsUnusable = new Map<unknown, string>([
  ['EACCES', 'this user may not write there'],
  ['EPERM', 'this user may not write there'],
  ['EROFS', 'the file system is read-only'],
  ['ENOTDIR', 'part of its path is a file'],
  ['EEXIST', 'part of its path is a file'],
  ['EISDIR', 'it is a folder'],
  ['ENOENT', 'its folder cannot be created'],
  [26 /* SQLITE_NOTADB */, 'it is another kind of file'],
])

function openOrExplain(path: string): { writer: DatabaseSync; reader: DatabaseSync } {
  try {
    return open(path)
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const reason = reasonsUnusable.get(codeOf(error))
    if (reason === undefined) throw explained(error, path)
    throw new ConfigError([
      `The SQLite file "${path}" cannot be used: ${reason}. Set PROXIMA_DATA_DIR to a folder that the server may ` +
        'write to, or PROXIMA_DATABASE_URL to another database.',
    ])
  }
}

function codeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined
  if ('errcode' in error) return error.errcode
  return 'code' in error ? error.code : undefined
}

function open(path: string): { writer: DatabaseSync; reader: DatabaseSync } {
  makePrivateFile(path)
  const options = { timeout: busyTimeoutMs, enableForeignKeyConstraints: true }
  const writer = new DatabaseSync(path, options)
  // A write is acknowledged only once it is durable: FULL syncs the log at every commit, NORMAL would not.
  writer.exec(
    'pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off; pragma busy_timeout = 0',
  )
  // Deleted data is overwritten. Otherwise an erased account would stay in the file until its page is used again.
  writer.exec('pragma secure_delete = on')
  const reader = new DatabaseSync(path, options)
  reader.exec('pragma synchronous = full; pragma query_only = on; pragma trusted_schema = off')
  return { writer, reader }
}

// The database holds password hashes, so only its owner may read it. SQLite gives the log files the same mode.
function makePrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  refuseFilesOfOthers(path)
  closeSync(openSync(path, 'a', 0o600))
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
