import {
  chmodSync,
  chownSync,
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { syncFileSync, syncFolderSync } from '../../files/durable-write.ts'
import { Failure, type Problem } from '../../kernel/failures.ts'
import { settleLog } from './settle-log.ts'
import { assertReadable, sideFiles, sizeBytesOf } from './sqlite-files.ts'
import { inspectSqlite } from './sqlite-inspection.ts'

const inUse: Problem = {
  code: 'database_in_use',
  kind: 'conflict',
  title: 'The database is in use',
  advice: 'Stop the server first. Otherwise it continues with the old data.',
}

const incomplete: Problem = {
  code: 'backup_incomplete',
  kind: 'conflict',
  title: 'The backup is incomplete',
  advice: 'A copy of a database in use has more than one file. Create the backup with "proxima backup".',
}

const missing: Problem = {
  code: 'file_missing',
  kind: 'not_found',
  title: 'No such file',
  advice: 'Check the path.',
}

const restoreFailed: Problem = {
  code: 'restore_failed',
  kind: 'internal',
  title: 'The restore failed',
  advice: 'The backup could not replace the database.',
}

export interface RestoreOptions {
  /** Continues even if it is unknown whether a server has the database open. */
  readonly force: boolean
  readonly now: Date
  /** Changes the copy before it becomes the database. */
  readonly prepare: (draft: string) => Promise<void>
}

export interface Restored {
  /** The new path of the former database; null if there was none. */
  readonly replaced: string | null
  /** Migrations that the next start applies. */
  readonly pending: readonly string[]
}

/**
 * Replaces the database with a copy of `file`, after reading the whole file. The former database stays beside it.
 * @throws `file_missing`, `backup_not_usable`, `backup_incomplete`, `database_in_use`, `restore_failed`
 */
export async function restoreSqlite(
  file: string,
  path: string,
  { force, now, prepare }: RestoreOptions,
): Promise<Restored> {
  if (sizeBytesOf(file) === null) throw new Failure(missing, { detail: `There is no file ${file}.` })
  assertAlone(file)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.restoring-${stamp(now)}`
  try {
    copyFileSync(file, draft, constants.COPYFILE_EXCL)
    chmodSync(draft, 0o600)
    keepOwner(draft, path)
    const { pending } = inspectSqlite(draft, file)
    await prepare(draft)
    assertAlone(draft)
    syncFileSync(draft)
    const replaced = sizeBytesOf(path) === null ? null : `${path}.replaced-${stamp(now)}`
    swap(draft, path, replaced, force)
    return { replaced, pending }
  } catch (error) {
    for (const side of ['', ...sideFiles]) rmSync(draft + side, { force: true })
    if (error instanceof Failure) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new Failure(restoreFailed, {
      detail: `The backup could not replace the database: ${reason}.`,
      cause: error,
    })
  }
}

function assertAlone(file: string): void {
  const side = sideFiles.find((each) => (sizeBytesOf(file + each) ?? 0) > 0)
  if (side === undefined) return
  throw new Failure(incomplete, {
    detail: `${file}${side} is next to ${file}, so this is a database in use and not a backup. Create a backup with "proxima backup".`,
  })
}

// If root runs the command, the file would belong to root, and the server could not open it.
function keepOwner(draft: string, path: string): void {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = statSync(sizeBytesOf(path) === null ? dirname(path) : path)
  chownSync(draft, uid, gid)
}

function swap(draft: string, path: string, replaced: string | null, force: boolean): void {
  const holder = replaced === null ? null : lockOut(path, force)
  try {
    if (replaced !== null) keepBeside(path, replaced)
    // The database must exist at every moment: a server that finds none creates a new one.
    renameSync(draft, path)
    syncFolderSync(dirname(path))
  } finally {
    holder?.close()
  }
}

/** Gives the old file a second name. The log of the old database must not stay beside the new one: SQLite would replay it. */
function keepBeside(path: string, replaced: string): void {
  linkSync(path, replaced)
  for (const side of sideFiles)
    if (sizeBytesOf(path + side) !== null) renameSync(path + side, replaced + side)
}

/**
 * Leaves WAL mode, which fails while another process has the file open, and which moves the log into the file.
 * @returns the connection that keeps others out until it is closed
 */
function lockOut(path: string, force: boolean): DatabaseSync | null {
  try {
    assertReadable(path)
    settleLog(path)
    return openAlone(path)
  } catch (error) {
    if (force) return null
    throw new Failure(inUse, { detail: explainRefusal(path, error), cause: error })
  }
}

function openAlone(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('pragma journal_mode = delete; begin exclusive')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function explainRefusal(path: string, error: unknown): string {
  const isBusy = error instanceof Error && 'errcode' in error && error.errcode === 5
  if (isBusy)
    return `A server has ${path} open. Stop it first. With --force, it would continue with the old data.`
  const reason = error instanceof Error ? error.message : String(error)
  return (
    `${path} cannot be read (${reason}), so it is unknown whether a server has it open. Make sure that no ` +
    'server has it open, then use --force.'
  )
}

/** Such as 20270131T235959Z, which a file name can contain. */
/** To the millisecond, so that two restores one after the other keep two files. */
function stamp(now: Date): string {
  return now.toISOString().replace(/[-:]/g, '')
}
