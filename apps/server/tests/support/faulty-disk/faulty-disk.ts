import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Settings } from '../process.ts'
import { type JournalRecord, readJournal } from './journal.ts'

/**
 * A disk can be made to fail with a library that the linker of Linux loads before the program. The library must be
 * compiled.
 */
export const canMakeFaultyDisk = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0

/** Appended to the titles of tests that are left out without one. */
export const faultyDiskNeeds = canMakeFaultyDisk ? '' : ' (left out: it needs Linux and a C compiler, cc)'

/**
 * `write ENOSPC n`: a write that ends beyond the first n bytes of its file finds the disk full. `write EIO 0`: nothing
 * is written. `sync EIO`: data written since the last sync may never reach the disk. `sync-database EIO`:
 * the same, except that the write-ahead log can be synced.
 */
export type Fault = `write ENOSPC ${number}` | 'write EIO 0' | 'sync EIO' | 'sync-database EIO'

/** A folder on a disk that fails on request, and keeps a journal of every operation there. */
export interface FaultyDisk {
  /** Does not exist yet. */
  readonly folder: string
  /** The settings that make a program use it. */
  readonly settings: Settings
  /** Fails from now on; null ends this. */
  fail(fault: Fault | null): Promise<void>
  journal(): Promise<readonly JournalRecord[]>
  remove(): Promise<void>
}

const source = fileURLToPath(new URL('./faulty-disk.c', import.meta.url))

export async function makeFaultyDisk(): Promise<FaultyDisk> {
  const place = await realpath(await mkdtemp(join(tmpdir(), 'proxima-disk-')))
  const [folder, journal, faults] = [join(place, 'data'), join(place, 'journal'), join(place, 'faults')]
  const library = join(place, 'faulty-disk.so')
  execFileSync('cc', ['-shared', '-fPIC', '-Wall', '-Werror', '-o', library, source, '-ldl'])
  return {
    folder,
    settings: {
      LD_PRELOAD: library,
      FAULTY_DISK_FOLDER: folder,
      FAULTY_DISK_JOURNAL: journal,
      FAULTY_DISK_FAULTS: faults,
    },
    fail: async (fault) => {
      if (fault === null) await rm(faults, { force: true })
      else await writeFile(faults, `${fault}\n`)
    },
    journal: async () => readJournal(await readFile(journal)),
    remove: async () => await rm(place, { recursive: true, force: true }),
  }
}
