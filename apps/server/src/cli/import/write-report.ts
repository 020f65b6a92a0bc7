import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { PreparedImport } from '../../features/integration/imports/service.ts'

/** Writes what happens to each row, as JSON. The file names people, so only its owner can read it. */
export async function writeReport(
  path: string,
  prepared: PreparedImport,
  { isDryRun }: { readonly isDryRun: boolean },
): Promise<void> {
  const next = `${path}.new`
  await rm(next, { force: true })
  await pipeline(parts(prepared, isDryRun), createWriteStream(next, { flags: 'wx', mode: 0o600 }))
  await rename(next, path)
}

/** Piece by piece: a report of a million rows is larger than the memory that it should take. */
function* parts(prepared: PreparedImport, isDryRun: boolean): Generator<string, void> {
  const { questions, source, variant } = prepared
  const head = { source, variant, dry_run: isDryRun, ...prepared.summary(), questions }
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "users": [`
  let separator = '\n'
  for (const row of prepared.report()) {
    yield `${separator}    ${JSON.stringify(row)}`
    separator = ',\n'
  }
  yield '\n  ]\n}\n'
}
