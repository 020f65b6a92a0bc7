import { closeSync, fdatasyncSync, openSync, readSync, writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { assertReadable, sizeBytesOf } from './sqlite-files.ts'

const chunkBytes = 1_048_576
const busyCode = 5

/**
 * Moves the log that a process left behind into the database file. Call it before anything else opens the file.
 *
 * The log may not be on the disk although it can be read: if a sync fails, the kernel may keep the data in memory and
 * consider it written ("fsyncgate"). New data behind it would be acknowledged, and a power cut would leave a hole before
 * it. So the log is written again and synced first.
 *
 * Does nothing if another process has the file open, because that process has done it.
 */
export function settleLog(path: string): void {
  const log = `${path}-wal`
  if ((sizeBytesOf(log) ?? 0) === 0) return
  // SQLite deletes the log of a database that it cannot read when it closes the last connection.
  assertReadable(path)
  const connection = new DatabaseSync(path, { timeout: 0 })
  try {
    if (lockOutOthers(connection)) writeAgain(log)
  } finally {
    // Copies the log into the file, syncs the file, and deletes the log.
    connection.close()
  }
}

/** False if another connection has the file open. */
function lockOutOthers(connection: DatabaseSync): boolean {
  try {
    connection.exec('pragma locking_mode = exclusive; pragma synchronous = full')
    connection.prepare('select count(*) from sqlite_schema').get()
    return true
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === busyCode) return false
    throw error
  }
}

function writeAgain(path: string): void {
  const file = openSync(path, 'r+')
  try {
    const chunk = Buffer.alloc(chunkBytes)
    for (let at = 0; ; ) {
      const size = readSync(file, chunk, 0, chunkBytes, at)
      if (size === 0) break
      for (let written = 0; written < size; )
        written += writeSync(file, chunk, written, size - written, at + written)
      at += size
    }
    fdatasyncSync(file)
  } finally {
    closeSync(file)
  }
}
