import { createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { syncFolder } from './durable-write.ts'

/**
 * Writes a new file that its owner alone can read, from the first byte on. It gets its name only once it is complete and
 * on the disk. Never overwrites a file.
 * @throws an error with the code EEXIST
 */
export async function writeNewFile(path: string, chunks: AsyncIterable<string>): Promise<void> {
  const draft = `${path}.part`
  // Reserves the name: a long export must not fail at its end.
  await (await open(path, 'wx', 0o600)).close()
  try {
    await pipeline(Readable.from(chunks), createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true }))
    await rename(draft, path)
    await syncFolder(dirname(path))
  } catch (error) {
    if (!isExisting(error)) await rm(draft, { force: true })
    await rm(path, { force: true })
    throw error
  }
}

export function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}
