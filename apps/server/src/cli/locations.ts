import { picturesFolder, secretFile } from '../platform/config/data-folder.ts'
import type { Config } from '../platform/config/load-config.ts'

/** Says where the master secret is stored, without reading or creating it. */
export function secretLocation({ secret, sources, dataDir }: Config): string {
  if (secret === null) return secretFile({ dataDir })
  return sources.secret === 'file' ? 'the file that PROXIMA_SECRET_FILE names' : 'PROXIMA_SECRET'
}

/** Says where pictures are stored outside the database; null if they are in it. */
export function picturesLocation({ pictureStore, pictureS3Bucket, dataDir }: Config): string | null {
  switch (pictureStore) {
    case 'database':
      return null
    case 'file':
      return picturesFolder({ dataDir })
    case 's3':
      return `the bucket ${pictureS3Bucket}`
  }
}
