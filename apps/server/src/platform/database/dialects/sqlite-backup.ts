import { closeSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { syncFileSync, syncFolderSync } from '../../files/durable-write.ts'
import { Failure, type Problem } from '../../kernel/failures.ts'
import { settleLog } from './settle-log.ts'
import { explained, sideFiles, sizeBytesOf } from './sqlite-files.ts'
import { inspectSqlite } from './sqlite-inspection.ts'

const nothingToBackUp: Problem = {
  code: 'database_missing',
  kind: 'not_found',
  title: 'No database',
  advice: 'There is no database at the configured path. Check PROXIMA_DATABASE_URL.',
}

const fileExists: Problem = {
  code: 'file_exists',
  kind: 'conflict',
  title: 'The file exists',
  advice: 'A backup never overwrites a file. Use another name, or delete the file first.',
}

const backupFailed: Problem = {
  code: 'backup_failed',
  kind: 'internal',
  title: 'The backup failed',
  advice: 'The backup could not be written.',
}

/**
 * Writes the current database into one new file, while servers keep running, and reads the file back. The file gets its
 * name only once it is complete.
 * @throws `database_missing`, `file_exists`, `backup_failed`, `backup_not_usable` if the database itself is damaged
 */
export function backupSqlite(path: string, file: string): { readonly bytes: number } {
  if (sizeBytesOf(path) === null)
    throw new Failure(nothingToBackUp, { detail: `There is no database at ${path}.` })
  try {
    reserve(file)
    writeComplete(path, file, `${file}.part`)
  } catch (error) {
    if (error instanceof Failure) throw error
    const detail = `The backup could not be written: ${reasonOf(error)}.`
    throw new Failure(backupFailed, { detail, cause: error })
  }
  return { bytes: sizeBytesOf(file) ?? 0 }
}

// A call of our own to the file system fails with other words than one of SQLite.
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'syscall' in error && 'code' in error ? error.code : null
  if (code === 'EIO') return 'disk I/O error'
  return code === 'ENOSPC' ? 'the disk is full' : error.message
}

function writeComplete(path: string, file: string, draft: string): void {
  try {
    reserve(draft)
    try {
      writeTo(path, draft)
      inspectSqlite(draft, 'The backup')
      syncFileSync(draft)
      renameSync(draft, file)
      syncFolderSync(dirname(file))
    } catch (error) {
      for (const side of ['', ...sideFiles]) rmSync(draft + side, { force: true })
      throw error
    }
  } catch (error) {
    rmSync(file, { force: true })
    throw error
  }
}

// The backup holds password hashes, so only its owner may read it, from the first byte on.
function reserve(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new Failure(fileExists, { detail: `${file} exists already. ${fileExists.advice}` })
    throw error
  }
}

// Reads the whole backup in one transaction, so that writers do not wait and their later writes are not included.
// Deleted data in the free pages of the database is not copied.
function writeTo(path: string, draft: string): void {
  let database: DatabaseSync | null = null
  try {
    settleLog(path)
    database = new DatabaseSync(path, { timeout: 5_000 })
    // If the database cannot even be read, `vacuum` does not report why.
    database.prepare('select 1 from sqlite_schema').get()
    database.prepare('vacuum into ?').run(draft)
  } catch (error) {
    throw explained(error, path)
  } finally {
    database?.close()
  }
}
