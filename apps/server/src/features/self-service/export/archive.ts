import { Zip, ZipDeflate } from 'fflate'
import type { ExportFile } from '../account-data/model.ts'

const nothing = new Uint8Array()

/**
 * The files as a zip archive, made as it is asked for: no more of it is in memory than what one chunk becomes. A name
 * that leads elsewhere would be unpacked there (ASVS 5.3.3).
 */
export async function* archiveOf(files: readonly ExportFile[], at: Date): AsyncGenerator<Uint8Array> {
  const made: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw new Error('the archive cannot be written', { cause: error })
    made.push(chunk)
  })
  for (const file of files) {
    const { name } = file
    if (!/^[a-z0-9][a-z0-9-]*\.[a-z0-9]+$/.test(name)) throw new Error('not a name for a file of an archive')
    const entry = new ZipDeflate(name)
    entry.mtime = at
    zip.add(entry)
    for await (const chunk of file.read()) {
      entry.push(chunk)
      yield* made.splice(0)
    }
    entry.push(nothing, true)
    yield* made.splice(0)
  }
  zip.end()
  yield* made.splice(0)
}
