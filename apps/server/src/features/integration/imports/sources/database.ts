import type { ForeignDatabase } from '../../../../platform/database/foreign/foreign-database.ts'
import type { ForeignRow } from '../../../../platform/database/foreign/foreign-driver.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { MapVariant, SideTableSpec } from '../maps/format.ts'
import { mapUnfit, type Row, type UserRow } from '../model.ts'
import { textOfValue } from '../rows/value.ts'
import type { Source } from './source.ts'

const pageRows = 500
/** A table of roles or of other names. A larger one would be no such table. */
const smallTableRows = 10_000

/** Reads users from a database, page by page, each with the rows of the side tables. */
export class DatabaseSource implements Source {
  readonly #database: ForeignDatabase

  constructor(database: ForeignDatabase) {
    this.#database = database
  }

  async columnsOf({ table }: MapVariant): Promise<readonly string[]> {
    return await this.#database.columns(tableOf(table))
  }

  async count({ table, key }: MapVariant): Promise<number> {
    return (await this.#database.count(tableOf(table), key)).rows
  }

  async *users(variant: MapVariant): AsyncGenerator<UserRow, void> {
    const table = tableOf(variant.table)
    const { rows: total, withoutKey } = await this.#database.count(table, variant.key)
    // Such rows cannot be found again, so each is reported and none is imported.
    for (let index = 0; index < withoutKey; index += 1) yield { row: {}, side: {} }
    let after: unknown
    let read = withoutKey
    for (;;) {
      const rows = await this.#database.page({ table, key: variant.key, after, limit: pageRows })
      yield* await this.#withSides(variant, rows)
      read += rows.length
      if (rows.length < pageRows) break
      after = rows.at(-1)?.[variant.key]
    }
    // A page begins after the last key of the page before it, so it passes over other rows with that key.
    if (read < total) throw new Failure(mapUnfit, { detail: repeatedKey(variant.key, total - read) })
  }

  async table(name: string): Promise<readonly Row[]> {
    return await this.#database.all(name, smallTableRows).catch((error: unknown) => {
      throw unfit(name, error)
    })
  }

  async close(): Promise<void> {
    await this.#database.close()
  }

  async #withSides({ key, tables = {} }: MapVariant, rows: readonly ForeignRow[]): Promise<UserRow[]> {
    const sides = await Promise.all(
      Object.entries(tables).map(async ([name, spec]) => {
        const to = spec.to ?? key
        const values = [...new Set(rows.map((row) => row[to]))].filter((value) => value != null)
        return { name, to, rows: await this.#sideRows(spec, values) }
      }),
    )
    return rows.map((row) => ({
      row,
      side: Object.fromEntries(
        sides.map(({ name, to, rows: found }) => [name, found.get(keyText(row[to])) ?? []]),
      ),
    }))
  }

  async #sideRows({ table, match, order, only }: SideTableSpec, values: readonly unknown[]) {
    const query = { table, column: match, values, order: order ?? null }
    const rows = await this.#database.matching(query).catch((error: unknown) => {
      throw unfit(table, error)
    })
    const wanted = rows.filter((row) =>
      Object.entries(only ?? {}).every(
        ([column, value]) => (textOfValue(row[column]) ?? 'null') === String(value),
      ),
    )
    return Map.groupBy(wanted, (row) => keyText(row[match]))
  }
}

function repeatedKey(key: string, lost: number): string {
  return `${lost} rows cannot be read, because "${key}" is the same in several rows. Name a column as the key that is different in each row.`
}

function tableOf(table: string | undefined): string {
  if (table !== undefined) return table
  throw new Failure(mapUnfit, { detail: 'A variant of the map names no table. A database needs one.' })
}

/** So that an id of bytes is the same in two tables. */
function keyText(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : (textOfValue(value) ?? 'null')
}

function unfit(table: string, error: unknown): Failure {
  const reason = error instanceof Error ? error.message : String(error)
  return new Failure(mapUnfit, {
    detail: `The table "${table}" cannot be read: ${reason}. ${mapUnfit.advice}`,
  })
}
