import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command } from 'commander'
import { exportSchema } from '../../features/integration/exports/schema.ts'
import { inSnapshot } from '../../platform/database/snapshot.ts'
import { isExisting, writeNewFile } from '../../platform/files/new-file.ts'
import { Failure, type Problem } from '../../platform/kernel/failures.ts'
import { print, printJson } from '../output.ts'
import { withServices } from '../with-services.ts'

interface Options {
  readonly out?: string
  readonly sessions?: true
  readonly schema?: true
  readonly json?: true
}

const fileExists: Problem = {
  code: 'file_exists',
  kind: 'conflict',
  title: 'The file exists',
  advice: 'An export never overwrites a file. Use another name, or delete the file first.',
}

const secrets =
  'The export holds password hashes, and addresses and national ids that are not encrypted. Store it like a password, ' +
  'and delete it when you no longer need it.'

export function exportCommand(): Command {
  return new Command('export')
    .description(
      'Write all accounts, roles and clients as JSON Lines, with password hashes and without encryption. The servers ' +
        'may keep running. "proxima import --map proxima" reads the file.',
    )
    .option('--out <file>', 'the new file, which only you can read; without it, standard output')
    .option('--sessions', 'include the sessions, so that users stay signed in after an import')
    .option('--schema', 'print the JSON Schema of a line instead')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      if (options.schema === true) printJson(exportSchema())
      else await exportAll(options)
    })
}

async function exportAll({ out, sessions, json }: Options): Promise<void> {
  const file = out === undefined ? null : resolve(out)
  const lost: string[] = []
  await withServices(async ({ accountExports }, _db, connection) => {
    await accountExports.record()
    await inSnapshot(connection, async (snapshot) => {
      const onLostPicture = (id: string) => lost.push(id)
      const lines = accountExports.lines(snapshot, { sessions: sessions === true, onLostPicture })
      await (file === null ? toStandardOutput(lines) : toFile(file, lines))
    })
  })
  if (file !== null) {
    const { size: bytes } = statSync(file)
    if (json === true) printJson({ file, bytes, lost_pictures: lost })
    else print(`${file}: ${bytes} bytes.\n`)
  }
  if (json !== true) process.stderr.write(`${secrets}\n${lostPictures(lost)}`)
}

async function toFile(file: string, lines: AsyncIterable<string>): Promise<void> {
  try {
    await writeNewFile(file, lines)
  } catch (error) {
    if (isExisting(error))
      throw new Failure(fileExists, { detail: `${file} exists already. ${fileExists.advice}`, cause: error })
    throw error
  }
}

async function toStandardOutput(lines: AsyncIterable<string>): Promise<void> {
  await pipeline(Readable.from(lines), process.stdout, { end: false })
}

function lostPictures(lost: readonly string[]): string {
  if (lost.length === 0) return ''
  return (
    `The files of ${lost.length} pictures are not in the configured store, so the export does not have them. Their ` +
    `accounts: ${lost.slice(0, 20).join(', ')}${lost.length > 20 ? ', …' : ''}\n`
  )
}
