import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

type Values = readonly (string | number | null | Uint8Array)[]

/**
 * A database for the work of one command: it is on the disk, so that it may be larger than the memory, and it has no
 * name, so that no one else can open it and nothing of it is left, even if the process is killed.
 */
export class ScratchDatabase {
  // SQLite deletes the file of a database without a name as soon as it is open.
  readonly #db = new DatabaseSync('')
  readonly #statements = new Map<string, StatementSync>()

  constructor(schema: string) {
    this.#db.exec('pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -65536')
    this.#db.exec(schema)
    this.#db.exec('begin')
  }

  run(sql: string, values: Values = []): void {
    this.#prepared(sql).run(...(values as SQLInputValue[]))
  }

  all<Row>(sql: string, values: Values = []): Row[] {
    return this.#prepared(sql).all(...(values as SQLInputValue[])) as Row[]
  }

  /** Rows one by one. No other statement may change the table meanwhile. */
  *each<Row>(sql: string, values: Values = []): Generator<Row, void> {
    // Not from the cache: the same statement may run again before the last row is read.
    for (const row of this.#db.prepare(sql).iterate(...(values as SQLInputValue[]))) yield row as Row
  }

  close(): void {
    this.#db.close()
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#db.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}
