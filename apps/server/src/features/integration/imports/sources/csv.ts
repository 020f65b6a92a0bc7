import type { MapVariant } from '../maps/format.ts'
import type { UserRow } from '../model.ts'
import { CsvReader } from './csv-reader.ts'
import { malformed, textOf } from './file-lines.ts'
import { noTables } from './json-lines.ts'
import type { Source } from './source.ts'

/** A CSV file (RFC 4180) in UTF-8. Its first line names the columns, unless the map does. */
export class CsvSource implements Source {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  async columnsOf({ csv }: MapVariant): Promise<readonly string[]> {
    if (csv?.columns !== undefined) return csv.columns
    for await (const record of this.#records(csv?.separator)) return record
    return []
  }

  async count(): Promise<null> {
    return null
  }

  async *users({ csv }: MapVariant): AsyncGenerator<UserRow, void> {
    let columns = csv?.columns ?? null
    let number = 0
    for await (const record of this.#records(csv?.separator)) {
      number += 1
      if (columns === null) columns = record
      else yield { row: rowOf(columns, record, number), side: {} }
    }
  }

  table(): Promise<never> {
    return noTables()
  }

  async close(): Promise<void> {
    // The file is closed when it has been read.
  }

  async *#records(separator = ','): AsyncGenerator<string[], void> {
    const reader = new CsvReader(separator)
    for await (const text of textOf(this.#path)) yield* reader.read(text)
    yield* reader.finish()
  }
}

function rowOf(columns: readonly string[], record: readonly string[], number: number) {
  if (record.length !== columns.length)
    throw malformed(
      `Record ${number} of the file has ${record.length} values, but there are ${columns.length} columns.`,
    )
  return Object.fromEntries(columns.map((column, index) => [column, record[index] ?? '']))
}
