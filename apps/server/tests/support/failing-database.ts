import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
} from 'kysely'
import { connect } from '../../src/platform/database/connect.ts'
import type { Engine } from '../../src/platform/database/engine.ts'
import { withFaults } from '../../src/platform/database/faults.ts'
import type { Tables } from '../../src/platform/database/tables.ts'

/**
 * `unsent`: the connection breaks before the statement reaches the database. `unanswered`: it breaks after the database
 * has run the statement, so the server cannot know the outcome. `conflict`: the engine undoes the transaction because
 * of another one.
 */
export type FaultKind = 'unsent' | 'unanswered' | 'conflict'

/** The real errors of the drivers. SQLite has no connection to lose, so its disk fails. */
const lostErrors: Record<Engine['name'], () => Error> = {
  sqlite: () => Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 10 }),
  postgres: () => new Error('Connection terminated unexpectedly'),
  mysql: () =>
    Object.assign(new Error('Connection lost: The server closed the connection.'), {
      code: 'PROTOCOL_CONNECTION_LOST',
    }),
}
const conflictErrors: Record<Engine['name'], () => Error> = {
  sqlite: () => new Error('SQLite has one writer at a time, so no conflicts'),
  postgres: () => Object.assign(new Error('could not serialize access'), { code: '40001' }),
  mysql: () => Object.assign(new Error('Deadlock found when trying to get lock'), { errno: 1213 }),
}

/** Makes one statement fail, by its number. `begin`, `commit` and `rollback` count too. */
export class FaultPlan {
  #turn: { readonly at: number; readonly kind: FaultKind } | null = null
  #sent: string[] = []
  #hasFailed = false
  #refused: RegExp | null = null

  /** Lets every such statement fail from now on; null for none. */
  refuse(statements: RegExp | null): void {
    this.#refused = statements
  }

  /** Counts statements from now on; the first is 1. The statement `at` fails. */
  arm(at: number, kind: FaultKind): void {
    this.#turn = { at, kind }
    this.#sent = []
    this.#hasFailed = false
  }

  /** Lets all statements succeed again. @returns the statements that were sent, and whether one failed */
  disarm(): { readonly sent: readonly string[]; readonly hasFailed: boolean } {
    this.#turn = null
    return { sent: this.#sent, hasFailed: this.#hasFailed }
  }

  /** The fault of this statement; null for none. */
  next(statement: string): FaultKind | null {
    if (this.#refused?.test(statement) === true) return 'unsent'
    if (this.#turn === null) return null
    this.#sent.push(statement)
    if (this.#sent.length !== this.#turn.at) return null
    this.#hasFailed = true
    return this.#turn.kind
  }
}

/** Like `connect`, with a driver that fails as planned. */
export function connectFailing(plan: FaultPlan): typeof connect {
  return (location, options) => {
    const { engine } = connect(location, options)
    const failing = { ...engine, dialect: failingDialect(engine, plan) }
    return { db: new Kysely<Tables>({ dialect: withFaults(failing) }), engine: failing }
  }
}

function failingDialect({ dialect, name }: Engine, plan: FaultPlan): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => new FailingDriver(dialect.createDriver(), name, plan),
  }
}

class FailingDriver implements Driver {
  readonly #driver: Driver
  readonly #engine: Engine['name']
  readonly #plan: FaultPlan

  constructor(driver: Driver, engine: Engine['name'], plan: FaultPlan) {
    this.#driver = driver
    this.#engine = engine
    this.#plan = plan
  }

  init(): Promise<void> {
    return this.#driver.init()
  }

  async acquireConnection(): Promise<FailingConnection> {
    return new FailingConnection(await this.#driver.acquireConnection(), this.#engine, this.#plan)
  }

  async beginTransaction(connection: FailingConnection, settings: object): Promise<void> {
    await connection.send('begin', async () => {
      await this.#driver.beginTransaction(connection.inner, settings)
      connection.isOpen = true
    })
  }

  commitTransaction(connection: FailingConnection): Promise<void> {
    return connection.send('commit', async () => {
      await this.#driver.commitTransaction(connection.inner)
      connection.isOpen = false
    })
  }

  rollbackTransaction(connection: FailingConnection): Promise<void> {
    return connection.send('rollback', () => this.#undo(connection))
  }

  // The database undoes the transaction of a lost connection.
  async releaseConnection(connection: FailingConnection): Promise<void> {
    if (connection.isOpen) await this.#undo(connection)
    await this.#driver.releaseConnection(connection.inner)
  }

  destroy(): Promise<void> {
    return this.#driver.destroy()
  }

  async #undo(connection: FailingConnection): Promise<void> {
    await this.#driver.rollbackTransaction(connection.inner)
    connection.isOpen = false
  }
}

class FailingConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection
  readonly #engine: Engine['name']
  readonly #plan: FaultPlan
  /** In a transaction, as the database sees it. */
  isOpen = false
  #isLost = false

  constructor(inner: DatabaseConnection, engine: Engine['name'], plan: FaultPlan) {
    this.inner = inner
    this.#engine = engine
    this.#plan = plan
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.send(query.sql, () => this.inner.executeQuery<R>(query))
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    return this.inner.streamQuery<R>(query, chunkSize)
  }

  async send<T>(statement: string, execute: () => Promise<T>): Promise<T> {
    if (this.#isLost) throw lostErrors[this.#engine]()
    const fault = this.#plan.next(statement)
    if (fault === 'conflict') throw conflictErrors[this.#engine]()
    if (fault === 'unsent') throw this.#lose()
    const answer = await execute()
    if (fault === 'unanswered') throw this.#lose()
    return answer
  }

  #lose(): Error {
    this.#isLost = this.#engine !== 'sqlite'
    return lostErrors[this.#engine]()
  }
}
