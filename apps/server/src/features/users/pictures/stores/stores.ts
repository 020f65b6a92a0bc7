import { picturesFolder } from '../../../../platform/config/data-folder.ts'
import type { StoreName } from '../model.ts'
import { BucketStore } from './bucket.ts'
import type { DatabaseStore } from './database.ts'
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

/** Returns the configured store. */
export function storeOf(options: StoreOptions, database: DatabaseStore): PictureStore {
  switch (options.pictureStore) {
    case 'database':
      return database
    case 'file':
      return new FolderStore(picturesFolder(options))
    case 's3':
      return new BucketStore({
        endpoint: required(options.pictureS3Endpoint),
        bucket: required(options.pictureS3Bucket),
        region: options.pictureS3Region,
        accessKey: required(options.pictureS3AccessKey),
        secretKey: required(options.pictureS3SecretKey),
      })
  }
}

// The configuration has checked that each of them is set.
function required(value: string | null): string {
  if (value === null) throw new Error('A setting of the picture store is missing.')
  return value
}
