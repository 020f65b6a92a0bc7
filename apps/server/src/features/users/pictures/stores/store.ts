import type { PictureId } from '../../../../platform/kernel/ids.ts'
import type { PictureFile, StoreName } from '../model.ts'

/**
 * Where the files of pictures lie outside the database. What the database does not know of is nobody's: files are written
 * before their picture is committed and deleted after it is gone, and what a crash leaves behind is found by `list`.
 */
export interface PictureStore {
  readonly name: StoreName
  /** All or none are there afterwards, and they stay. @throws `unavailable` */
  write(id: PictureId, files: readonly PictureFile[]): Promise<void>
  /** Null for what is not there. @throws `unavailable` */
  read(id: PictureId, name: string): Promise<Uint8Array | null>
  /** What is not there is no failure. @throws `unavailable` */
  delete(id: PictureId): Promise<void>
  /** Every picture of which there is any file, in lots. @throws `unavailable` */
  list(): AsyncIterable<readonly PictureId[]>
}
