import type { Transaction } from '../../../../platform/database/tables.ts'
import type { PictureId } from '../../../../platform/kernel/ids.ts'
import type { Picture, PictureFile, StoreName } from '../model.ts'

/** Stores files in the database, in the transaction of their picture and after its row. */
export type StoreInTransaction = (transaction: Transaction) => Promise<void>

/** For a store outside the database: it stores everything before the transaction. */
export const storedAlready: StoreInTransaction = () => Promise.resolve()

/**
 * Stores the files of pictures. A store outside the database writes files before the commit of their picture, and
 * deletes them after the picture is deleted. A crash may leave files without a picture in the database; `list` finds
 * them.
 */
export interface PictureStore {
  readonly name: StoreName
  /** Stores all files or none, durably. @throws `unavailable` */
  write(picture: Picture, files: readonly PictureFile[]): Promise<StoreInTransaction>
  /** @returns null if there is no such file @throws `unavailable` */
  read(picture: Picture, name: string): Promise<Uint8Array | null>
  /** Deletes the files of a picture, if there are any. @throws `unavailable` */
  delete(id: PictureId): Promise<void>
  /** Lists, in batches, the id of every picture with files outside the database. @throws `unavailable` */
  list(): AsyncIterable<readonly PictureId[]>
}
