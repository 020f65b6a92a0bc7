import { Failure } from '../../../../platform/kernel/failures.ts'
import { parseStrictJson, StrictJsonError } from '../../../../platform/kernel/strict-json.ts'
import { mapUnfit, type Row, type UserRow } from '../model.ts'
import { linesOf, malformed } from './file-lines.ts'
import type { Source } from './source.ts'

/** A picture of several megabytes in base64. */
const lineLengthMax = 32_000_000
const depthMax = 32

/** One JSON object in each line. */
export class JsonLinesSource implements Source {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  async columnsOf(): Promise<readonly string[]> {
    for await (const { row } of this.users()) return Object.keys(row)
    return []
  }

  async count(): Promise<null> {
    return null
  }

  async *users(): AsyncGenerator<UserRow, void> {
    let number = 0
    for await (const line of linesOf(this.#path, lineLengthMax)) {
      number += 1
      if (line.trim() !== '') yield { row: readObject(line, `Line ${number}`), side: {} }
    }
  }

  table(): Promise<never> {
    return noTables()
  }

  async close(): Promise<void> {
    // The file is closed when it has been read.
  }
}

/** @throws `source_malformed` */
export function readObject(text: string, place: string): Row {
  try {
    const value = parseStrictJson(text, { depthMax })
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Row
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error
    throw malformed(`${place} is not JSON. ${error.message}`)
  }
  throw malformed(`${place} is not a JSON object.`)
}

export async function noTables(): Promise<never> {
  throw new Failure(mapUnfit, { detail: 'The map names a second table, which a file does not have.' })
}
