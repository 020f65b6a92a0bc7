import { statSync } from 'node:fs'

/** What SQLite keeps beside a database while it is open, and after a crash. */
export const sideFiles = ['-wal', '-shm', '-journal'] as const

const sharedMemoryNotMade = 4_874 /* SQLITE_IOERR_SHMSIZE */

/** Without room for the index of its log SQLite opens nothing, and says no more than "disk I/O error". */
export class NoRoom extends Error {
  readonly code = 'ENOSPC'

  constructor(path: string, cause: unknown) {
    super(`there is no room for ${path}-shm: the disk is full, or fails`, { cause })
    this.name = 'NoRoom'
  }
}

/** The same error, in clearer words where there are any. */
export function explained(error: unknown, path: string): unknown {
  const isNoRoom = error instanceof Error && 'errcode' in error && error.errcode === sharedMemoryNotMade
  return isNoRoom ? new NoRoom(path, error) : error
}

/** Null where there is no such file. */
export function sizeBytesOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null
}
