import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import { ConfigError } from '../config/config-error.ts'
import { Failure } from '../kernel/failures.ts'
import { unavailable } from '../kernel/problems.ts'
import type { Engine, Fault } from './engine.ts'

/** A unique column already holds the value. `constraint` is `<table>_<columns>`, or `primary_key`, on every engine. */
export class UniqueViolation extends Error {
  readonly constraint: string

  constructor(constraint: string, cause: unknown) {
    super(`unique constraint ${constraint}`, { cause })
    this.name = 'UniqueViolation'
    this.constraint = constraint
  }
}

/** The engine undid the transaction because of another one; running it again is safe. */
export class TransactionConflict extends Error {
  constructor(cause: unknown) {
    super('the transaction conflicted with another one', { cause })
    this.name = 'TransactionConflict'
  }
}

const retryAfterSeconds = 2

/** The driver's reason for a failure: for operators, never for callers. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Failure ? error.cause : error
  if (!(cause instanceof Error)) return String(cause)
  // If a host has several addresses, each fails for its own reason, and the error itself has no message.
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join(', ')
  return cause.message
}

/** Wraps a dialect so that no caller sees a driver's error. All three engines report the same kinds of fault. */
export function withFaults(engine: Pick<Engine, 'dialect' | 'classify'>): Dialect {
  const { dialect } = engine
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => new FaultDriver(dialect.createDriver(), (error) => engine.classify(error)),
  }
}

class FaultDriver implements Driver {
  readonly #driver: Driver
  readonly #classify: (error: unknown) => Fault

  constructor(driver: Driver, classify: (error: unknown) => Fault) {
    this.#driver = driver
    this.#classify = classify
  }

  init(): Promise<void> {
    return this.#connect(() => this.#driver.init())
  }

  async acquireConnection(): Promise<FaultConnection> {
    const connection = await this.#connect(() => this.#driver.acquireConnection())
    return new FaultConnection(connection, (work) => this.#translateErrors(work))
  }

  beginTransaction(connection: FaultConnection, settings: object): Promise<void> {
    return this.#translateErrors(() => this.#driver.beginTransaction(connection.inner, settings))
  }

  commitTransaction(connection: FaultConnection): Promise<void> {
    return this.#translateErrors(() => this.#driver.commitTransaction(connection.inner))
  }

  rollbackTransaction(connection: FaultConnection): Promise<void> {
    return this.#translateErrors(() => this.#driver.rollbackTransaction(connection.inner))
  }

  releaseConnection(connection: FaultConnection): Promise<void> {
    return this.#driver.releaseConnection(connection.inner)
  }

  destroy(): Promise<void> {
    return this.#driver.destroy()
  }

  async #translateErrors<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw translate(this.#classify(error), error)
    }
  }

  // No statement of ours has run yet, so the cause is the network, the database or a setting: a certificate, a password
  // that is missing, a pooler. Each driver reports them in its own way, and some without a code.
  async #connect<T>(connecting: () => Promise<T>): Promise<T> {
    try {
      return await connecting()
    } catch (error) {
      if (error instanceof ConfigError) throw error
      throw translate({ kind: 'unavailable' }, error)
    }
  }
}

class FaultConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection
  readonly #translateErrors: <T>(work: () => Promise<T>) => Promise<T>

  constructor(inner: DatabaseConnection, translateErrors: <T>(work: () => Promise<T>) => Promise<T>) {
    this.inner = inner
    this.#translateErrors = translateErrors
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.#translateErrors(() => this.inner.executeQuery<R>(query))
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    return this.inner.streamQuery<R>(query, chunkSize)
  }
}

function translate(fault: Fault, error: unknown): unknown {
  switch (fault.kind) {
    case 'unique':
      return new UniqueViolation(fault.constraint, error)
    case 'conflict':
      return new TransactionConflict(error)
    case 'unavailable':
      return new Failure(unavailable, { retryAfterSeconds, cause: error })
    case 'other':
      return error
  }
}
