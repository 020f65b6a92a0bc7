import type { Transaction } from '../../../../platform/database/tables.ts'
import type { PictureId } from '../../../../platform/kernel/ids.ts'
import type { Picture, PictureFile, StoreName } from '../model.ts'

/** Stores what belongs into the transaction that stores the row of the picture, after that row. */
export type StoreInTransaction = (transaction: Transaction) => Promise<void>

/** For a store outside of the database: everything is stored before the transaction. */
export const storedAlready: StoreInTransaction = () => Promise.resolve()

/**
 * Stores the files of pictures. A store outside of the database writes files before their picture is committed, and
 * deletes them after the picture is gone. Files that the database does not know belong to no picture: a crash has left
 * them, and `list` finds them.
 */
export interface PictureStore {
  readonly name: StoreName
  /** Stores all files or none, durably. @throws `unavailable` */
  write(picture: Picture, files: readonly PictureFile[]): Promise<StoreInTransaction>
  /** @returns null if there is no such file @throws `unavailable` */
  read(picture: Picture, name: string): Promise<Uint8Array | null>
  /** Deletes the files of a picture, if there are any. @throws `unavailable` */
  delete(id: PictureId): Promise<void>
  /** Lists, in batches, every picture that has a file which its row does not delete. @throws `unavailable` */
  list(): AsyncIterable<readonly PictureId[]>
}
