import { join } from 'node:path'

/** The file of the master secret that development creates. */
export function secretFile({ dataDir }: { readonly dataDir: string }): string {
  return join(dataDir, 'secret')
}

/** The folder of profile pictures, if they are stored as files. */
export function picturesFolder({ dataDir }: { readonly dataDir: string }): string {
  return join(dataDir, 'pictures')
}

/** The folder in which an operator puts the sentences of more languages. */
export function localesFolder({ dataDir }: { readonly dataDir: string }): string {
  return join(dataDir, 'locales')
}
