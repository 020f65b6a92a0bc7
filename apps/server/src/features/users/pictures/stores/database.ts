import type { Database } from '../../../../platform/database/tables.ts'
import type { PictureId } from '../../../../platform/kernel/ids.ts'
import type { Picture, PictureFile } from '../model.ts'
import type { PicturesRepository } from '../repository.ts'
import type { PictureStore, StoreInTransaction } from './store.ts'

/** Stores the files of pictures in the database, where they are deleted with the row of their picture. */
export class DatabaseStore implements PictureStore {
  readonly name = 'database'
  readonly #db: Database
  readonly #pictures: Pick<PicturesRepository, 'insertFiles' | 'readFile'>

  constructor(db: Database, pictures: Pick<PicturesRepository, 'insertFiles' | 'readFile'>) {
    this.#db = db
    this.#pictures = pictures
  }

  async write({ accountId }: Picture, files: readonly PictureFile[]): Promise<StoreInTransaction> {
    return (transaction) => this.#pictures.insertFiles(transaction, accountId, files)
  }

  read(picture: Picture, name: string): Promise<Uint8Array | null> {
    return this.#pictures.readFile(this.#db, picture, name)
  }

  async delete(): Promise<void> {
    // The database has deleted the files with the row of their picture.
  }

  async *list(): AsyncGenerator<readonly PictureId[], void> {
    // No file is ever left without its picture.
  }
}
