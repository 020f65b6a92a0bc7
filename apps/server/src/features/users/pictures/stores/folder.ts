import { constants } from 'node:fs'
import { mkdir, open, opendir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { isId, type PictureId } from '../../../../platform/kernel/ids.ts'
import { unavailable } from '../../../../platform/kernel/problems.ts'
import type { PictureFile } from '../model.ts'
import type { PictureStore } from './store.ts'

const listedAtOnce = 500
/** Until it bears its own name a folder is not a picture. */
const unfinished = '.unfinished'

/** A folder for each picture, named by its id, in one folder that nobody else may read. */
export class FolderStore implements PictureStore {
  readonly name = 'file'
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  write(id: PictureId, files: readonly PictureFile[]): Promise<void> {
    return orUnavailable(async () => {
      const folder = this.#folderOf(id)
      const beginning = folder + unfinished
      await mkdir(beginning, { recursive: true, mode: 0o700 })
      for (const { name, content } of files) await writeDurably(join(beginning, name), content)
      await sync(beginning)
      await rename(beginning, folder)
      await sync(this.#root)
    })
  }

  read(id: PictureId, name: string): Promise<Uint8Array | null> {
    return orUnavailable(() => unlessAbsent(readFile(join(this.#folderOf(id), name))))
  }

  delete(id: PictureId): Promise<void> {
    return orUnavailable(async () => {
      for (const folder of [this.#folderOf(id), this.#folderOf(id) + unfinished])
        await rm(folder, { recursive: true, force: true })
    })
  }

  async *list(): AsyncGenerator<readonly PictureId[], void> {
    const folders = await orUnavailable(() => unlessAbsent(opendir(this.#root)))
    if (folders === null) return
    let lot: PictureId[] = []
    for await (const { name } of folders) {
      const id = name.replace(unfinished, '')
      // What else somebody has put there is not ours to delete.
      if (isId<PictureId>(id)) lot.push(id)
      if (lot.length < listedAtOnce) continue
      yield lot
      lot = []
    }
    yield lot
  }

  #folderOf(id: PictureId): string {
    return join(this.#root, id)
  }
}

// `wx`: nothing that is there is written over or followed.
async function writeDurably(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

// A new name is durable once its folder is. Windows cannot open a folder, and needs it not.
async function sync(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const opened = await open(folder, constants.O_RDONLY)
  try {
    await opened.sync()
  } finally {
    await opened.close()
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
