import { join } from 'node:path'
import type { StoreName } from '../model.ts'
import { BucketStore } from './bucket.ts'
import { FolderStore } from './folder.ts'
import type { PictureStore } from './store.ts'

export interface StoreOptions {
  readonly pictureStore: StoreName
  readonly dataDir: string
  readonly pictureS3Endpoint: string | null
  readonly pictureS3Bucket: string | null
  readonly pictureS3Region: string
  readonly pictureS3AccessKey: string | null
  readonly pictureS3SecretKey: string | null
}

/** The store that was configured; null where pictures lie in the database. */
export function storeOf(options: StoreOptions): PictureStore | null {
  switch (options.pictureStore) {
    case 'database':
      return null
    case 'file':
      return new FolderStore(pictureFolder(options))
    case 's3':
      return new BucketStore({
        endpoint: needed(options.pictureS3Endpoint),
        bucket: needed(options.pictureS3Bucket),
        region: options.pictureS3Region,
        accessKey: needed(options.pictureS3AccessKey),
        secretKey: needed(options.pictureS3SecretKey),
      })
  }
}

export function pictureFolder({ dataDir }: Pick<StoreOptions, 'dataDir'>): string {
  return join(dataDir, 'pictures')
}

// The configuration has seen to it.
function needed(value: string | null): string {
  if (value === null) throw new Error('a setting of the picture store is missing')
  return value
}
