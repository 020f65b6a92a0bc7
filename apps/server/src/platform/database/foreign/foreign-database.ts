import type { ForeignDriver, ForeignRow } from './foreign-driver.ts'

export interface ForeignPage {
  readonly table: string
  readonly key: string
  /** The key of the last row of the page before; undefined for the first page. */
  readonly after: unknown
  readonly limit: number
}

export interface ForeignMatch {
  readonly table: string
  readonly column: string
  readonly values: readonly unknown[]
  /** The rows come in this order; null for any. */
  readonly order: string | null
}

/**
 * Reads tables of another program, as they were when it connected, and changes nothing. Rows come in pages, each found by
 * the key of the row before it, so that a table of any size takes the same memory.
 */
export class ForeignDatabase {
  readonly #driver: ForeignDriver

  constructor(driver: ForeignDriver) {
    this.#driver = driver
  }

  /** The names of its columns; none if there is no such table. */
  async columns(table: string): Promise<readonly string[]> {
    const [name = '', schema = null] = table.split('.').reverse()
    return await this.#driver.columnsOf(name, schema)
  }

  async page({ table, key, after, limit }: ForeignPage): Promise<ForeignRow[]> {
    const column = this.#quoted(key)
    const condition =
      after === undefined ? `${column} is not null` : `${column} > ${this.#driver.placeholder(1)}`
    const sql = `select * from ${this.#table(table)} where ${condition} order by ${column} limit ${limit}`
    return await this.#driver.query(sql, after === undefined ? [] : [after])
  }

  /** How many rows the table has, and how many of them have no key. */
  async count(table: string, key: string): Promise<{ readonly rows: number; readonly withoutKey: number }> {
    const sql = `select count(*) as total, count(${this.#quoted(key)}) as keyed from ${this.#table(table)}`
    const [row] = await this.#driver.query(sql, [])
    const rows = Number(row?.['total'])
    return { rows, withoutKey: rows - Number(row?.['keyed']) }
  }

  async matching({ table, column, values, order }: ForeignMatch): Promise<ForeignRow[]> {
    if (values.length === 0) return []
    const marks = values.map((_, index) => this.#driver.placeholder(index + 1)).join(', ')
    const ordered = order === null ? '' : ` order by ${this.#quoted(order)}`
    const sql = `select * from ${this.#table(table)} where ${this.#quoted(column)} in (${marks})${ordered}`
    return await this.#driver.query(sql, values)
  }

  /** All rows of a small table. @throws RangeError if it has more than `limit` */
  async all(table: string, limit: number): Promise<ForeignRow[]> {
    const rows = await this.#driver.query(`select * from ${this.#table(table)} limit ${limit + 1}`, [])
    if (rows.length > limit) throw new RangeError(`The table ${table} has more than ${limit} rows.`)
    return rows
  }

  async close(): Promise<void> {
    await this.#driver.close()
  }

  #table(name: string): string {
    return name
      .split('.')
      .map((part) => this.#quoted(part))
      .join('.')
  }

  // The names come from a file that an operator wrote or downloaded, so they are quoted like any input (A27).
  #quoted(name: string): string {
    const { quote } = this.#driver
    return `${quote}${name.replaceAll(quote, quote + quote)}${quote}`
  }
}
