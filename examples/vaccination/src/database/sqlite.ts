import { DatabaseSync } from 'node:sqlite'
import { type Database, DuplicateError, type Row, type Statements, type Value } from './database.ts'

/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY. */
const duplicateCodes: readonly unknown[] = [2067, 1555]

/** @param file `:memory:` for a database that no one keeps */
export function openSqlite(file: string): Database {
  const connection = new DatabaseSync(file, { timeout: 5_000 })
  // Readers do not wait for a writer, and deleted data is overwritten.
  connection.exec('PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON')
  return new SqliteDatabase(connection)
}

/** One connection. Everyone waits for their turn, so that no statement gets into the transaction of someone else. */
class SqliteDatabase implements Database {
  readonly serialKey = 'INTEGER PRIMARY KEY AUTOINCREMENT'
  readonly #connection: DatabaseSync
  readonly #statements: Statements
  #lastTurn: Promise<unknown> = Promise.resolve()

  constructor(connection: DatabaseSync) {
    this.#connection = connection
    this.#statements = statementsOf(connection)
  }

  select(sql: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    return this.#inTurn(() => this.#statements.select(sql, values))
  }

  change(sql: string, values: readonly Value[] = []): Promise<number> {
    return this.#inTurn(() => this.#statements.change(sql, values))
  }

  transaction<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result> {
    return this.#inTurn(async () => {
      this.#connection.exec('BEGIN IMMEDIATE')
      try {
        const result = await work(this.#statements)
        this.#connection.exec('COMMIT')
        return result
      } catch (error) {
        // SQLite has already rolled back after some errors, such as a full disk.
        if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK')
        throw error
      }
    })
  }

  close(): Promise<void> {
    return this.#inTurn(async () => this.#connection.close())
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#lastTurn.then(work)
    this.#lastTurn = turn.catch(() => undefined)
    return turn
  }
}

function statementsOf(connection: DatabaseSync): Statements {
  return {
    select: async (sql, values = []) => connection.prepare(sql).all(...values) as Row[],
    change: async (sql, values = []) => {
      try {
        return Number(connection.prepare(sql).run(...values).changes)
      } catch (error) {
        const { errcode } = error as { readonly errcode?: unknown }
        throw duplicateCodes.includes(errcode) ? new DuplicateError(error) : error
      }
    },
  }
}
