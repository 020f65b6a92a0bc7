import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely'
import type { WriteLock } from './write-lock.ts'

/**
 * One connection that writes and one that only reads, so that no read waits for a transaction. A statement
 * outside a transaction goes to the reader if it is a `select`, and otherwise takes the write lock for itself.
 */
export class SqliteDriver implements Driver {
  readonly #open: () => { writer: DatabaseSync; reader: DatabaseSync }
  readonly #lock: WriteLock
  #writer: StatementCache | null = null
  #reader: StatementCache | null = null

  constructor(open: () => { writer: DatabaseSync; reader: DatabaseSync }, lock: WriteLock) {
    this.#open = open
    this.#lock = lock
  }

  async init(): Promise<void> {
    this.#connect()
  }

  async acquireConnection(): Promise<SqliteConnection> {
    const { writer, reader } = this.#connect()
    return new SqliteConnection(writer, reader, this.#lock)
  }

  beginTransaction(connection: SqliteConnection): Promise<void> {
    return connection.begin()
  }

  commitTransaction(connection: SqliteConnection): Promise<void> {
    return connection.end('commit')
  }

  rollbackTransaction(connection: SqliteConnection): Promise<void> {
    return connection.end('rollback')
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#reader?.close()
    this.#writer?.close()
  }

  #connect(): { writer: StatementCache; reader: StatementCache } {
    if (this.#writer === null || this.#reader === null) {
      const { writer, reader } = this.#open()
      this.#writer = new StatementCache(writer)
      this.#reader = new StatementCache(reader)
    }
    return { writer: this.#writer, reader: this.#reader }
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #writer: StatementCache
  readonly #reader: StatementCache
  readonly #lock: WriteLock
  #release: (() => void) | null = null

  constructor(writer: StatementCache, reader: StatementCache, lock: WriteLock) {
    this.#writer = writer
    this.#reader = reader
    this.#lock = lock
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#release !== null) return this.#runInTransaction(query)
    if (query.query.kind === 'SelectQueryNode') return this.#reader.run(query)
    const release = await this.#lock.acquire()
    try {
      return await whenFree(() => this.#writer.run<R>(query))
    } finally {
      release()
    }
  }

  // Where the disk is full or fails SQLite may undo the whole transaction; what followed would be stored by itself.
  #runInTransaction<R>(query: CompiledQuery): QueryResult<R> {
    if (!this.#writer.inTransaction) throw undone()
    return this.#writer.run(query)
  }

  // A transaction that reads first and writes later fails when another process has written meanwhile;
  // `immediate` takes the write lock at once and waits for it instead.
  async begin(): Promise<void> {
    const release = await this.#lock.acquire()
    try {
      await whenFree(() => this.#writer.run(CompiledQuery.raw('begin immediate')))
      this.#release = release
    } catch (error) {
      release()
      throw error
    }
  }

  async end(verb: 'commit' | 'rollback'): Promise<void> {
    try {
      if (this.#writer.inTransaction) this.#writer.run(CompiledQuery.raw(verb))
      else if (verb === 'commit') throw undone()
    } finally {
      // A commit that failed leaves the transaction open; the rollback that follows still needs the lock.
      if (!this.#writer.inTransaction) {
        this.#release?.()
        this.#release = null
      }
    }
  }

  // biome-ignore lint/correctness/useYield: SQLite answers are small and whole; streaming is refused in words
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('streaming is not supported on SQLite')
  }
}

function undone(): Error {
  return new Error('the transaction has been undone by SQLite')
}

const busyWaitMaxMs = 5_000
const busyPauseMs = 5
const busyCode = 5

// Another process may hold the file's write lock. SQLite's own waiting would stop the event loop, and with it
// every other request, so the writer does not wait in SQLite but here.
async function whenFree<T>(work: () => T): Promise<T> {
  const deadline = performance.now() + busyWaitMaxMs
  for (;;) {
    try {
      return work()
    } catch (error) {
      const isBusy = error instanceof Error && 'errcode' in error && error.errcode === busyCode
      if (!isBusy || performance.now() > deadline) throw error
      await setTimeout(busyPauseMs)
    }
  }
}

const statementsMax = 500

interface CachedStatement {
  readonly statement: StatementSync
  readonly returnsRows: boolean
}

class StatementCache {
  readonly #connection: DatabaseSync
  readonly #statements = new Map<string, CachedStatement>()

  constructor(connection: DatabaseSync) {
    this.#connection = connection
  }

  get inTransaction(): boolean {
    return this.#connection.isTransaction
  }

  run<R>({ sql, parameters }: CompiledQuery): QueryResult<R> {
    const { statement, returnsRows } = this.#prepare(sql)
    const values = parameters.map(bindable)
    if (returnsRows) return { rows: statement.all(...values) as R[] }
    const { changes, lastInsertRowid } = statement.run(...values)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  close(): void {
    this.#connection.close()
  }

  #prepare(sql: string): CachedStatement {
    const cached = this.#statements.get(sql)
    if (cached !== undefined) return cached
    const statement = this.#connection.prepare(sql)
    // Asked once: describing the columns takes longer than most statements.
    const prepared = { statement, returnsRows: statement.columns().length > 0 }
    if (this.#statements.size >= statementsMax) {
      const oldest = this.#statements.keys().next()
      if (!oldest.done) this.#statements.delete(oldest.value)
    }
    this.#statements.set(sql, prepared)
    return prepared
  }
}

// node:sqlite takes a Date or an object in first place for a bag of named parameters and stores NULL, silently.
function bindable(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value
  throw new TypeError(`SQLite cannot store a value of type ${typeof value}`)
}
