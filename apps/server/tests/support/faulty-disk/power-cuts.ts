import { randomInt } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Disk, type Random } from './disk.ts'
import type { JournalRecord } from './journal.ts'

/** A failing test prints it. Set PROXIMA_TEST_SEED to it to repeat the failure. */
export const seed = Number(process.env['PROXIMA_TEST_SEED'] ?? randomInt(2 ** 31))

/** Returns the same numbers for the same seed (xorshift, Marsaglia 2003). */
export function seededRandom(): Random {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** The name that the server gives the file. */
export const databaseFile = 'proxima.sqlite'

export interface PowerCut {
  /** The index of the journal record after which the power is cut. */
  readonly index: number
  readonly files: ReadonlyMap<string, Buffer>
}

/**
 * Makes two power cuts after each of these records. Of the data that was not synced, one leaves nothing and the other a
 * random part.
 */
export function* powerCuts(
  records: readonly JournalRecord[],
  after: ReadonlySet<number>,
): Generator<PowerCut> {
  const disks = [new Disk(null), new Disk(seededRandom())]
  for (const [index, record] of records.entries()) {
    for (const disk of disks) disk.apply(record)
    if (after.has(index)) for (const disk of disks) yield { index, files: disk.afterPowerCut() }
  }
}

/** Replaces the content of the folder with the files of the cut. */
export function putFiles(folder: string, { files }: PowerCut): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes, { mode: 0o600 })
}

/** Puts the files that the cut leaves into `folder`, and opens the database there. */
export function inspectAfter<T>(cut: PowerCut, folder: string, inspect: (found: DatabaseSync) => T): T {
  putFiles(folder, cut)
  const found = new DatabaseSync(join(folder, databaseFile))
  // The power is not cut while a test only reads.
  found.exec('pragma synchronous = off')
  try {
    return inspect(found)
  } finally {
    found.close()
  }
}
