import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { DatabaseLocation } from '../../../../platform/config/url-parsers.ts'
import { openForeignDatabase } from '../../../../platform/database/foreign/open-foreign.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { sourceUnreadable } from '../model.ts'
import { CsvSource } from './csv.ts'
import { DatabaseSource } from './database.ts'
import { JsonSource } from './json.ts'
import { JsonLinesSource } from './json-lines.ts'
import type { Source } from './source.ts'

const fileKinds: Readonly<Record<string, (path: string) => Source>> = {
  csv: (path) => new CsvSource(path),
  jsonl: (path) => new JsonLinesSource(path),
  ndjson: (path) => new JsonLinesSource(path),
  json: (path) => new JsonSource(path),
}
const sqliteFile = /\.(?:db|sqlite|sqlite3)$/i

const unknownKind =
  'Give a URL that begins with "sqlite:", "postgres://" or "mysql://", or a file whose name ends in .sqlite, .db, ' +
  '.csv, .jsonl, .ndjson or .json.'

/** Opens what `--from` names. @throws `source_unreadable` */
export async function openSource(from: string): Promise<Source> {
  const location = locationOf(from)
  if (location !== null) return await openDatabase(location)
  await assertFile(from)
  const kind = fileKinds[/\.([a-z]+)$/i.exec(from)?.[1]?.toLowerCase() ?? '']
  if (kind === undefined) throw unreadable(unknownKind)
  return kind(from)
}

function locationOf(from: string): DatabaseLocation | null {
  if (/^postgres(?:ql)?:\/\//.test(from)) return { engine: 'postgres', url: from }
  if (/^(?:mysql|mariadb):\/\//.test(from)) return { engine: 'mysql', url: from }
  const path = from.startsWith('sqlite:') ? from.slice('sqlite:'.length) : from
  return from.startsWith('sqlite:') || sqliteFile.test(from)
    ? { engine: 'sqlite', path: resolve(path) }
    : null
}

async function openDatabase(location: DatabaseLocation): Promise<Source> {
  if (location.engine === 'sqlite') await assertFile(location.path)
  try {
    return new DatabaseSource(await openForeignDatabase(location))
  } catch (error) {
    // The message of a driver names hosts and users, and no password.
    throw unreadable(
      `The database cannot be opened: ${error instanceof Error ? error.message : String(error)}.`,
    )
  }
}

async function assertFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found?.isFile() !== true) throw unreadable(`There is no file at ${path}.`)
}

function unreadable(detail: string): Failure {
  return new Failure(sourceUnreadable, { detail })
}
