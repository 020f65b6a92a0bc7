import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import { type Facts, failureKind, type Span, type Tracing } from '../kernel/tracing.ts'
import { isGuarded } from './dialects/joint-writes.ts'

/**
 * Records a span for each statement and transaction, from the wait for a connection to its return. A span names the verb
 * and the table of a statement; neither its text nor its values leave the server.
 */
export function withSpans(dialect: Dialect, tracing: Tracing, system: string): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => new SpanDriver(dialect.createDriver(), tracing, { 'db.system.name': system }),
  }
}

class SpanDriver implements Driver {
  readonly #driver: Driver
  readonly #tracing: Tracing
  readonly #facts: Facts

  constructor(driver: Driver, tracing: Tracing, facts: Facts) {
    this.#driver = driver
    this.#tracing = tracing
    this.#facts = facts
  }

  init(): Promise<void> {
    return this.#driver.init()
  }

  async acquireConnection(): Promise<SpanConnection> {
    const span = this.#tracing.beginStep('connection', this.#facts)
    try {
      const connection = await this.#driver.acquireConnection()
      span?.mark('connected')
      return new SpanConnection(connection, span, this.#tracing, this.#facts)
    } catch (error) {
      span?.end(failureKind(error))
      throw error
    }
  }

  beginTransaction(connection: SpanConnection, settings: object): Promise<void> {
    connection.isTransaction = true
    connection.span?.rename('transaction')
    return connection.recordFailure(() => this.#driver.beginTransaction(connection.inner, settings))
  }

  async commitTransaction(connection: SpanConnection): Promise<void> {
    connection.span?.mark('commit')
    await connection.recordFailure(() => this.#driver.commitTransaction(connection.inner))
  }

  async rollbackTransaction(connection: SpanConnection): Promise<void> {
    connection.span?.mark('rollback')
    await connection.recordFailure(() => this.#driver.rollbackTransaction(connection.inner))
  }

  async releaseConnection(connection: SpanConnection): Promise<void> {
    connection.span?.end(connection.failure)
    await this.#driver.releaseConnection(connection.inner)
  }

  destroy(): Promise<void> {
    return this.#driver.destroy()
  }
}

class SpanConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection
  readonly span: Span | null
  readonly #tracing: Tracing
  readonly #facts: Facts
  isTransaction = false
  failure: string | undefined

  constructor(inner: DatabaseConnection, span: Span | null, tracing: Tracing, facts: Facts) {
    this.inner = inner
    this.span = span
    this.#tracing = tracing
    this.#facts = facts
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.span === null) return this.inner.executeQuery<R>(query)
    return this.isTransaction ? this.#runInTransaction(query, this.span) : this.#runAlone(query, this.span)
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    return this.inner.streamQuery<R>(query, chunkSize)
  }

  async recordFailure<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      this.failure = failureKind(error)
      throw error
    }
  }

  /** Runs a statement that has the connection to itself. */
  #runAlone<R>(query: CompiledQuery, span: Span): Promise<QueryResult<R>> {
    const { name, facts } = summary(query)
    span.rename(name)
    span.set(facts)
    return this.recordFailure(() => this.inner.executeQuery<R>(query))
  }

  async #runInTransaction<R>(query: CompiledQuery, transaction: Span): Promise<QueryResult<R>> {
    const { name, facts } = summary(query)
    const step = transaction.run(() => this.#tracing.beginStep(name, { ...this.#facts, ...facts }))
    try {
      return await this.recordFailure(() => this.inner.executeQuery<R>(query))
    } catch (error) {
      step?.end(failureKind(error))
      throw error
    } finally {
      step?.end()
    }
  }
}

const tablePattern = /\b(?:from|join|into|update) ["`](\w+)["`]/

/** The query builder writes names in quotes, and values are not part of the text. */
function summary(query: CompiledQuery): { name: string; facts: Facts } {
  const { sql } = query
  // As on PostgreSQL, which has a clause for it. The query alone would read as if nothing was written.
  const operation = isGuarded(query) ? 'WITH' : (/^\w+/.exec(sql)?.[0].toUpperCase() ?? 'STATEMENT')
  const table = tablePattern.exec(sql)?.[1]
  if (table === undefined) return { name: operation, facts: { 'db.operation.name': operation } }
  const facts = { 'db.operation.name': operation, 'db.collection.name': table }
  return { name: `${operation} ${table}`, facts }
}
