import { randomInt } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Disk, type Random } from './disk.ts'
import type { JournalRecord } from './journal.ts'

/** Told where a test fails, and given back as PROXIMA_TEST_SEED to see it fail again. */
export const seed = Number(process.env['PROXIMA_TEST_SEED'] ?? randomInt(2 ** 31))

/** Always the same numbers (xorshift, Marsaglia 2003). */
export function seededRandom(): Random {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** As a server names it. */
export const databaseFile = 'proxima.sqlite'

export interface PowerCut {
  /** The act of the journal that it comes right behind. */
  readonly index: number
  readonly files: ReadonlyMap<string, Buffer>
}

/** Two cuts behind each of these acts: of what was not synced the one leaves nothing, the other what luck decides. */
export function* powerCuts(
  records: readonly JournalRecord[],
  behind: ReadonlySet<number>,
): Generator<PowerCut> {
  const disks = [new Disk(null), new Disk(seededRandom())]
  for (const [index, record] of records.entries()) {
    for (const disk of disks) disk.apply(record)
    if (behind.has(index)) for (const disk of disks) yield { index, files: disk.afterPowerCut() }
  }
}

/** Puts them in the place of what the folder held. */
export function putFiles(folder: string, { files }: PowerCut): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes, { mode: 0o600 })
}

/** Opens in `folder` the database that the cut leaves. */
export function lookAfter<T>(cut: PowerCut, folder: string, look: (found: DatabaseSync) => T): T {
  putFiles(folder, cut)
  const found = new DatabaseSync(join(folder, databaseFile))
  // The power is not cut while a test only reads.
  found.exec('pragma synchronous = off')
  try {
    return look(found)
  } finally {
    found.close()
  }
}
