import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ConfigError } from '../../config/config-error.ts'
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

/**
 * Opens the file, and creates it if there is none: one connection that writes and one that reads.
 * @throws ConfigError if the operator must change something
 */
export function openSqlite(path: string): { writer: DatabaseSync; reader: DatabaseSync } {
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
