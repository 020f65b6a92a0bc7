import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely'
import { type GuardedQuery, isGuarded } from './joint-writes.ts'
import type { SqliteConnections } from './sqlite-connections.ts'

/** Removes deleted data from the files. */
export const scrubStatement = 'pragma wal_checkpoint(truncate)'

/**
 * One connection that writes and one that only reads, so that no read waits for a transaction. A statement
 * outside a transaction goes to the reader if it is a `select`, and otherwise waits for its turn to write.
 */
export class SqliteDriver implements Driver {
  readonly #open: () => SqliteConnections
  #opened: SqliteConnections | null = null

  constructor(open: () => SqliteConnections) {
    this.#open = open
  }

  async init(): Promise<void> {
    this.#connections()
  }

  async acquireConnection(): Promise<SqliteConnection> {
    return new SqliteConnection(this.#connections())
  }

  beginTransaction(connection: SqliteConnection): Promise<void> {
    return connection.begin()
  }

  commitTransaction(connection: SqliteConnection): Promise<void> {
    return connection.commit()
  }

  rollbackTransaction(connection: SqliteConnection): Promise<void> {
    return connection.rollback()
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    if (this.#opened === null) return
    const { checkpoints, durability, reader, writer } = this.#opened
    await checkpoints?.stop()
    await durability.close()
    reader.close()
    writer.close()
  }

  #connections(): SqliteConnections {
    this.#opened ??= this.#open()
    return this.#opened
  }
}

const changesRows = new Set(['InsertQueryNode', 'UpdateQueryNode', 'DeleteQueryNode'])

// A transaction is a savepoint in the transaction of its group.
const savepoint = CompiledQuery.raw('savepoint member')
const release = CompiledQuery.raw('release member')
const undo = [CompiledQuery.raw('rollback to member'), release]

class SqliteConnection implements DatabaseConnection {
  readonly #connections: SqliteConnections
  #isInTransaction = false

  constructor(connections: SqliteConnections) {
    this.#connections = connections
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#isInTransaction) return this.#write(query)
    if (isGuarded(query)) return await this.#writeIf(query)
    const { kind } = query.query
    if (kind === 'SelectQueryNode') return await this.#read(query)
    if (!changesRows.has(kind)) return await this.#alone(query)
    const { group } = this.#connections
    await group.enter()
    try {
      return this.#write(query)
    } finally {
      await this.#endTurn()
    }
  }

  async begin(): Promise<void> {
    await this.#connections.group.enter()
    try {
      this.#write(savepoint)
      this.#isInTransaction = true
    } finally {
      if (!this.#isInTransaction) this.#connections.group.leave()
    }
  }

  async commit(): Promise<void> {
    this.#write(release)
    this.#isInTransaction = false
    await this.#connections.group.commit()
  }

  async rollback(): Promise<void> {
    // A failed commit has undone everything.
    if (!this.#isInTransaction) return
    this.#isInTransaction = false
    try {
      if (this.#connections.writer.inTransaction) for (const statement of undo) this.#write(statement)
    } finally {
      await this.#endTurn()
    }
  }

  // A caller could report what a power cut then undoes, such as a name that is taken. PostgreSQL shows no transaction
  // before it is durable either.
  async #read<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { reader, durability } = this.#connections
    const result = reader.run<R>(query)
    if (durability.isBehind) await durability.reached()
    return result
  }

  /** Like a transaction with these statements, but without a pause in which others would wait for it. */
  async #writeIf<R>(query: GuardedQuery): Promise<QueryResult<R>> {
    await this.#connections.group.enter()
    try {
      const found = this.#write<R>(query)
      if (found.rows.length > 0) this.#writeAll(query.writes)
      return found
    } finally {
      await this.#endTurn()
    }
  }

  #writeAll(queries: readonly CompiledQuery[]): void {
    this.#write(savepoint)
    try {
      for (const query of queries) this.#write(query)
      this.#write(release)
    } catch (error) {
      if (this.#connections.writer.inTransaction) for (const statement of undo) this.#write(statement)
      throw error
    }
  }

  async #alone<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { group, writer, checkpoints } = this.#connections
    if (checkpoints === null || query.sql !== scrubStatement)
      return await group.alone(() => writer.run<R>(query))
    await checkpoints.truncate()
    return { rows: [] }
  }

  // A failed transaction waits for the others too. Only then can its caller read why it failed, such as a name that is
  // taken.
  async #endTurn(): Promise<void> {
    if (this.#connections.writer.inTransaction) await this.#connections.group.commit()
    else this.#connections.group.leave()
  }

  // If the disk is full or fails, SQLite may undo the whole transaction. Later statements would then be stored alone.
  #write<R>(query: CompiledQuery): QueryResult<R> {
    if (!this.#connections.writer.inTransaction) throw new Error('SQLite has undone the transaction')
    try {
      return this.#connections.writer.run(query)
    } catch (error) {
      if (!this.#connections.writer.inTransaction) this.#connections.group.rejectWaiting(error)
      throw error
    }
  }

  // biome-ignore lint/correctness/useYield: SQLite answers are small and complete; streaming is refused with an error
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('streaming is not supported on SQLite')
  }
}
