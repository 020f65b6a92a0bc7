import { statSync } from 'node:fs'

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
