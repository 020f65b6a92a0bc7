import { join } from 'node:path'

/** The folder of profile pictures, if they are stored as files. */
export function picturesFolder({ dataDir }: { readonly dataDir: string }): string {
  return join(dataDir, 'pictures')
}
