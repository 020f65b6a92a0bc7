import type { MapVariant } from '../maps/format.ts'
import type { UserRow } from '../model.ts'
import { textOf } from './file-lines.ts'
import { elementsOf } from './json-elements.ts'
import { noTables, readObject } from './json-lines.ts'
import type { Source } from './source.ts'

/** A JSON document with a list of users: the document itself, or a member of it. */
export class JsonSource implements Source {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  async columnsOf(variant: MapVariant): Promise<readonly string[]> {
    for await (const { row } of this.users(variant)) return Object.keys(row)
    return []
  }

  async count(): Promise<null> {
    return null
  }

  async *users({ records }: MapVariant): AsyncGenerator<UserRow, void> {
    let number = 0
    for await (const element of elementsOf(textOf(this.#path), records ?? null)) {
      number += 1
      yield { row: readObject(element, `Element ${number} of the list`), side: {} }
    }
  }

  table(): Promise<never> {
    return noTables()
  }

  async close(): Promise<void> {
    // The file is closed when it has been read.
  }
}
