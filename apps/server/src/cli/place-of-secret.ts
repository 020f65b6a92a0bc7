import { join } from 'node:path'
import type { Config } from '../platform/config/load-config.ts'

/** Where the master secret is, for people; it is neither read nor made. */
export function placeOfSecret({ secret, sources, dataDir }: Config): string {
  if (secret === null) return join(dataDir, 'secret')
  return sources.secret === 'file' ? 'the file that PROXIMA_SECRET_FILE names' : 'PROXIMA_SECRET'
}
