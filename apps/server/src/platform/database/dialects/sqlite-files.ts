import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ConfigError } from '../../config/config-error.ts'
import { Failure } from '../../kernel/failures.ts'
import { unavailable } from '../../kernel/problems.ts'

/** The files that SQLite keeps beside a database while it is open, and after a crash. */
export const sideFiles = ['-wal', '-shm', '-journal'] as const

const sharedMemoryNotMade = 4_874 /* SQLITE_IOERR_SHMSIZE */

/** SQLite reports only "disk I/O error" if there is no room for the index of its log. */
export class NoRoom extends Error {
  readonly code = 'ENOSPC'

  constructor(path: string, cause: unknown) {
    super(`there is no room for ${path}-shm: the disk is full, or fails`, { cause })
    this.name = 'NoRoom'
  }
}

/** Returns a clearer error if there is one, otherwise the same error. */
export function explained(error: unknown, path: string): unknown {
  const isNoRoom = error instanceof Error && 'errcode' in error && error.errcode === sharedMemoryNotMade
  return isNoRoom ? new NoRoom(path, error) : error
}

/** Null if there is no such file. */
export function sizeBytesOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null
}

/** Throws the error of SQLite if it cannot read the database. Neither changes nor deletes any data. */
export function assertReadable(path: string): void {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 0 })
  try {
    database.prepare('select count(*) from sqlite_schema').get()
  } finally {
    database.close()
  }
}

/** Finds out whether the files that are open are still the ones at their paths. */
export class OpenFiles {
  readonly #ids: ReadonlyMap<string, string | null>

  constructor(paths: readonly string[]) {
    this.#ids = new Map(paths.map((path) => [path, idOf(path)]))
  }

  /** @throws `unavailable` if a file was deleted, moved or replaced: what is written now would be lost */
  assertInPlace(): void {
    for (const [path, id] of this.#ids) if (idOf(path) !== id) throw notInPlace(path)
  }
}

function notInPlace(path: string): Failure {
  return new Failure(unavailable, {
    retryAfterSeconds: movedRetrySeconds,
    cause: new Error(
      `${path} was deleted, moved or replaced while the server had it open. Put it back or restart the server`,
    ),
  })
}

const movedRetrySeconds = 30

function idOf(path: string): string | null {
  const file = statSync(path, { throwIfNoEntry: false, bigint: true })
  return file === undefined ? null : `${file.dev} ${file.ino}`
}

/**
 * Refuses files that this user may not write, such as those that a command left when root ran it. SQLite would report
 * them only at the first write.
 * @throws ConfigError
 */
export function refuseFilesOfOthers(path: string): void {
  const files = [path, ...sideFiles.map((side) => path + side)].filter((file) => existsSync(file))
  const problems = [
    ...files.filter((file) => !isAllowed(file, constants.R_OK | constants.W_OK)).map(ofFile),
    ...(isAllowed(dirname(path), constants.W_OK | constants.X_OK) ? [] : [ofFolder(dirname(path))]),
  ]
  if (problems.length > 0) throw new ConfigError(problems)
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}

function ofFile(path: string): string {
  return `This user${self()} may not write to the SQLite file "${path}", which belongs to user ${statSync(path).uid}. Change its owner with chown.`
}

function ofFolder(path: string): string {
  return `This user${self()} may not write to the folder "${path}", in which SQLite keeps files next to the database. It belongs to user ${statSync(path).uid}.`
}

function self(): string {
  const id = process.getuid?.()
  return id === undefined ? '' : ` (${id})`
}
