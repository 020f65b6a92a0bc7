import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ConfigError } from '../../config/config-error.ts'
import { settleLog } from './settle-log.ts'
import { explained, refuseFilesOfOthers } from './sqlite-files.ts'

const busyTimeoutMs = 5_000

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

export interface SqliteMode {
  /** True if SQLite does not wait for the disk in each commit, because something beside it does. */
  readonly syncsBeside: boolean
}

export interface OpenSqlite extends SqliteMode {
  readonly writer: DatabaseSync
  readonly reader: DatabaseSync
}

/**
 * Opens the file, and creates it if there is none: one connection that writes and one that reads. The mode of the result
 * may differ: on some file systems, SQLite has no write-ahead log.
 * @throws ConfigError if the operator must change something
 */
export function openSqlite(path: string, mode: SqliteMode): OpenSqlite {
  try {
    return open(path, mode)
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

function open(path: string, { syncsBeside }: SqliteMode): OpenSqlite {
  makePrivateFile(path)
  settleLog(path)
  const options = { timeout: busyTimeoutMs, enableForeignKeyConstraints: true }
  const writer = new DatabaseSync(path, options)
  const { journal_mode: journalMode } = writer.prepare('pragma journal_mode = wal').get() ?? {}
  const mode = { syncsBeside: syncsBeside && journalMode === 'wal' && canCheckpointBeside(versionOf(writer)) }
  // A write is acknowledged only once it is durable: FULL syncs the log at every commit. NORMAL does not, and
  // `LogSync` does it instead.
  writer.exec(
    mode.syncsBeside
      ? 'pragma synchronous = normal; pragma wal_autocheckpoint = 0'
      : 'pragma synchronous = full',
  )
  writer.exec('pragma trusted_schema = off; pragma busy_timeout = 0')
  // Deleted data is overwritten. Otherwise an erased account would stay in the file until its page is used again.
  writer.exec('pragma secure_delete = on')
  // A transaction is a savepoint in the transaction of its group. What it changes is kept until it ends, by default in a
  // file if that is more than 64 kB, which would cost as much as writing the log. It has no index to build here.
  writer.exec('pragma temp_store = memory')
  const reader = new DatabaseSync(path, options)
  reader.exec('pragma synchronous = full; pragma query_only = on; pragma trusted_schema = off')
  return { writer, reader, ...mode }
}

function versionOf(connection: DatabaseSync): string {
  return String(connection.prepare('select sqlite_version() as version').get()?.['version'])
}

/**
 * Before 3.51.3, a checkpoint at the moment of a commit on another connection could lose pages
 * (https://sqlite.org/wal.html#the_wal_reset_bug). Node may be built with the SQLite of the system.
 */
export function canCheckpointBeside(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  return major > 3 || (major === 3 && (minor > 51 || (minor === 51 && patch >= 3)))
}

// The database holds password hashes, so only its owner may read it. SQLite gives the log files the same mode. A file
// that exists is not opened here: closing it would release the locks of every connection of this process (POSIX), and
// another process could believe that the file is not in use.
function makePrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  refuseFilesOfOthers(path)
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
}
