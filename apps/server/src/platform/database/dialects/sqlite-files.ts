import { closeSync, fsyncSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** What SQLite keeps beside a database while it is open, and after a crash. */
export const sideFiles = ['-wal', '-shm', '-journal'] as const

export function syncFile(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** A file's name is durable only once its folder is; Windows cannot open a folder. */
export function syncFolderOf(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

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
