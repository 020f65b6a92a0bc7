import { existsSync, statfsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const memory = '/dev/shm'
const roomMinBytes = 2 ** 31

/**
 * Makes a folder for data that only has to survive the end of a process: in memory, if the system has room there. The
 * tests commit many thousands of times, and there no commit waits for a disk. Tests of power cuts use a `FaultyDisk`.
 */
export async function makeScratchFolder(): Promise<string> {
  return await mkdtemp(
    join(hasRoomInMemory() ? memory : tmpdir(), prefixOf(process.env['TEST_RUN_ID'] ?? '')),
  )
}

/** Removes the folders of the run that are left, so that they hold no memory. */
export async function removeLeftFolders(runId: string): Promise<void> {
  for (const place of [memory, tmpdir()].filter((path) => existsSync(path)))
    for (const name of await readdir(place))
      if (name.startsWith(prefixOf(runId))) await rm(join(place, name), { recursive: true, force: true })
}

const prefixOf = (runId: string) => `proxima-test-${runId}-`

function hasRoomInMemory(): boolean {
  if (!existsSync(memory)) return false
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize >= roomMinBytes
}
