import { mkdir, opendir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder, writeDurably } from '../../../../platform/files/durable-write.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { isId, type PictureId } from '../../../../platform/kernel/ids.ts'
import { unavailable } from '../../../../platform/kernel/problems.ts'
import type { Picture, PictureFile } from '../model.ts'
import { type PictureStore, type StoreInTransaction, storedAlready } from './store.ts'

const batchSize = 500
/** The suffix of a folder that is still being written. */
const unfinishedSuffix = '.unfinished'

/** Stores each picture in a folder of its own, named by its id. Only the server's user can read it. */
export class FolderStore implements PictureStore {
  readonly name = 'file'
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  write({ id }: Picture, files: readonly PictureFile[]): Promise<StoreInTransaction> {
    return orUnavailable(async () => {
      const folder = this.#folderOf(id)
      const unfinished = folder + unfinishedSuffix
      await mkdir(unfinished, { recursive: true, mode: 0o700 })
      for (const { name, content } of files) await writeDurably(join(unfinished, name), content)
      await syncFolder(unfinished)
      await rename(unfinished, folder)
      await syncFolder(this.#root)
      return storedAlready
    })
  }

  read({ id }: Picture, name: string): Promise<Uint8Array | null> {
    return orUnavailable(() => unlessAbsent(readFile(join(this.#folderOf(id), name))))
  }

  delete(id: PictureId): Promise<void> {
    return orUnavailable(async () => {
      for (const folder of [this.#folderOf(id), this.#folderOf(id) + unfinishedSuffix])
        await rm(folder, { recursive: true, force: true })
    })
  }

  async *list(): AsyncGenerator<readonly PictureId[], void> {
    const folders = await orUnavailable(() => unlessAbsent(opendir(this.#root)))
    if (folders === null) return
    let batch: PictureId[] = []
    for await (const { name } of folders) {
      const id = name.replace(unfinishedSuffix, '')
      // Other files in the folder are not ours to delete.
      if (isId<PictureId>(id)) batch.push(id)
      if (batch.length < batchSize) continue
      yield batch
      batch = []
    }
    yield batch
  }

  #folderOf(id: PictureId): string {
    return join(this.#root, id)
  }
}

async function unlessAbsent<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new Failure(unavailable, { retryAfterSeconds: 5, cause: error })
  }
}
