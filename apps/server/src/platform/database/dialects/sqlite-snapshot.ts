import { DatabaseSync } from 'node:sqlite'
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import { StatementCache } from './sqlite-statements.ts'

/**
 * A connection that sees the file as it was at its first statement, and that only reads. A transaction of our usual
 * driver is one that writes, so it would keep every writer waiting for as long as it lasts.
 */
export function snapshotDialect(path: string, dialect: Dialect): Dialect {
  return { ...dialect, createDriver: () => new SnapshotDriver(path) }
}

class SnapshotDriver implements Driver {
  readonly #path: string
  #connection: SnapshotConnection | null = null

  constructor(path: string) {
    this.#path = path
  }

  async init(): Promise<void> {
    const database = new DatabaseSync(this.#path, { timeout: 5_000 })
    database.exec('pragma query_only = on; pragma trusted_schema = off; begin')
    this.#connection = new SnapshotConnection(new StatementCache(database))
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#connection === null) throw new Error('The snapshot is not open.')
    return this.#connection
  }

  async beginTransaction(): Promise<void> {
    throw new Error('A snapshot is one transaction already.')
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#connection?.close()
  }
}

class SnapshotConnection implements DatabaseConnection {
  readonly #statements: StatementCache

  constructor(statements: StatementCache) {
    this.#statements = statements
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.#statements.run<R>(query)
  }

  // biome-ignore lint/correctness/useYield: no caller streams, because each batch is a query of its own
  async *streamQuery(): AsyncGenerator<never> {
    throw new Error('A snapshot does not stream.')
  }

  close(): void {
    this.#statements.close()
  }
}
