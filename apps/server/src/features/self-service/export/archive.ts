import type { ExportFile } from '../account-data/model.ts'

const empty = new Uint8Array()

/**
 * Streams the files as a zip archive, with only one chunk in memory at a time. Rejects a file name with a path: an
 * unpacking program could write such a file to another folder (ASVS 5.3.3).
 */
export async function* archiveOf(files: readonly ExportFile[], at: Date): AsyncGenerator<Uint8Array> {
  const { Zip, ZipDeflate } = await import('fflate')
  const chunks: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw new Error('could not write the archive', { cause: error })
    chunks.push(chunk)
  })
  for (const file of files) {
    const { name } = file
    if (!/^[a-z0-9][a-z0-9-]*\.[a-z0-9]+$/.test(name))
      throw new Error('invalid name for a file in the archive')
    const entry = new ZipDeflate(name)
    entry.mtime = at
    zip.add(entry)
    for await (const chunk of file.read()) {
      entry.push(chunk)
      yield* chunks.splice(0)
    }
    entry.push(empty, true)
    yield* chunks.splice(0)
  }
  zip.end()
  yield* chunks.splice(0)
}
