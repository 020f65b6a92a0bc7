import { join } from 'node:path'
import type { Config } from '../platform/config/load-config.ts'

/** What holds the pictures beside the database, for people; null where they are in it. */
export function placeOfPictures({ pictureStore, pictureS3Bucket, dataDir }: Config): string | null {
  switch (pictureStore) {
    case 'database':
      return null
    case 'file':
      return join(dataDir, 'pictures')
    case 's3':
      return `the bucket ${pictureS3Bucket}`
  }
}
