import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { fileName, type Picture, type PictureFile, type StoreName, variants } from '../model.ts'
import type { PicturesRepository } from '../repository.ts'
import type { PictureStore } from '../stores/store.ts'

export interface PictureTransferOptions {
  readonly pictures: Pick<PicturesRepository, 'find' | 'readFile'>
  readonly store: PictureStore
}

/** Reads and stores whole pictures as they are, for the export and the import of all accounts. */
export class PictureTransferService {
  readonly #options: PictureTransferOptions

  constructor(options: PictureTransferOptions) {
    this.#options = options
  }

  get storeName(): StoreName {
    return this.#options.store.name
  }

  /**
   * @param db the snapshot that is exported: the database may have the files too
   * @returns null if the configured store does not have the picture
   */
  async read(db: Database, picture: Picture): Promise<readonly PictureFile[] | null> {
    const { pictures, store } = this.#options
    const files: PictureFile[] = []
    for (const variant of variants) {
      const name = fileName(variant)
      const isInDatabase = store.name === 'database'
      const content = isInDatabase
        ? await pictures.readFile(db, picture, name)
        : await store.read(picture, name)
      if (content !== null) files.push({ name, content })
    }
    return files.length === 0 ? null : files
  }

  /** Stores the files before the transaction, or as a part of it. @returns what to do after the row is inserted */
  async store(
    picture: Picture,
    files: readonly PictureFile[],
  ): Promise<(transaction: Transaction) => Promise<void>> {
    const { store } = this.#options
    // An import that was interrupted may have left files of it.
    await store.delete(picture.id)
    return await store.write(picture, files)
  }
}
