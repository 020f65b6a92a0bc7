import type { DatabaseSync } from 'node:sqlite'
import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely'
import { CommitGroup } from './commit-group.ts'
import { StatementCache } from './sqlite-statements.ts'
import type { WriteLock } from './write-lock.ts'

export interface SqliteDriverOptions {
  readonly open: () => { writer: DatabaseSync; reader: DatabaseSync }
  readonly lock: WriteLock
  /** @throws `unavailable` if the file is no longer at its path */
  readonly assertInPlace: () => void
}

/**
 * One connection that writes and one that only reads, so that no read waits for a transaction. A statement
 * outside a transaction goes to the reader if it is a `select`, and otherwise waits for its turn to write.
 */
export class SqliteDriver implements Driver {
  readonly #options: SqliteDriverOptions
  #connected: Connected | null = null

  constructor(options: SqliteDriverOptions) {
    this.#options = options
  }

  async init(): Promise<void> {
    this.#connect()
  }

  async acquireConnection(): Promise<SqliteConnection> {
    return new SqliteConnection(this.#connect())
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
    this.#connected?.reader.close()
    this.#connected?.writer.close()
  }

  #connect(): Connected {
    if (this.#connected !== null) return this.#connected
    const { open, lock, assertInPlace } = this.#options
    const opened = open()
    const writer = new StatementCache(opened.writer)
    const reader = new StatementCache(opened.reader)
    this.#connected = { writer, reader, group: new CommitGroup(writer, lock, assertInPlace) }
    return this.#connected
  }
}

interface Connected {
  readonly writer: StatementCache
  readonly reader: StatementCache
  readonly group: CommitGroup
}

const changesRows = new Set(['InsertQueryNode', 'UpdateQueryNode', 'DeleteQueryNode'])

// A transaction is a savepoint in the transaction of its group.
const savepoint = CompiledQuery.raw('savepoint member')
const release = CompiledQuery.raw('release member')
const undo = [CompiledQuery.raw('rollback to member'), release]

class SqliteConnection implements DatabaseConnection {
  readonly #writer: StatementCache
  readonly #reader: StatementCache
  readonly #group: CommitGroup
  #isInTransaction = false

  constructor({ writer, reader, group }: Connected) {
    this.#writer = writer
    this.#reader = reader
    this.#group = group
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#isInTransaction) return this.#write(query)
    if (query.query.kind === 'SelectQueryNode') return this.#reader.run(query)
    if (!changesRows.has(query.query.kind)) return await this.#group.alone(() => this.#writer.run<R>(query))
    await this.#group.enter()
    try {
      return this.#write(query)
    } finally {
      await this.#endTurn()
    }
  }

  async begin(): Promise<void> {
    await this.#group.enter()
    try {
      this.#write(savepoint)
      this.#isInTransaction = true
    } finally {
      if (!this.#isInTransaction) this.#group.leave()
    }
  }

  async commit(): Promise<void> {
    this.#write(release)
    this.#isInTransaction = false
    await this.#group.commit()
  }

  async rollback(): Promise<void> {
    // A failed commit has undone everything.
    if (!this.#isInTransaction) return
    this.#isInTransaction = false
    try {
      if (this.#writer.inTransaction) for (const statement of undo) this.#write(statement)
    } finally {
      await this.#endTurn()
    }
  }

  // A failed transaction waits for the others too. Only then can its caller read why it failed, such as a name that is
  // taken.
  async #endTurn(): Promise<void> {
    if (this.#writer.inTransaction) await this.#group.commit()
    else this.#group.leave()
  }

  // If the disk is full or fails, SQLite may undo the whole transaction. Later statements would then be stored alone.
  #write<R>(query: CompiledQuery): QueryResult<R> {
    if (!this.#writer.inTransaction) throw new Error('SQLite has undone the transaction')
    try {
      return this.#writer.run(query)
    } catch (error) {
      if (!this.#writer.inTransaction) this.#group.rejectWaiting(error)
      throw error
    }
  }

  // biome-ignore lint/correctness/useYield: SQLite answers are small and complete; streaming is refused with an error
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('streaming is not supported on SQLite')
  }
}
