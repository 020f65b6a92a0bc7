import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import { type Connection, ping } from '../platform/database/connect.ts'
import { reasonOf } from '../platform/database/faults.ts'
import { isCurrent } from '../platform/database/migrator.ts'
import { Failure } from '../platform/kernel/failures.ts'
import { unavailable } from '../platform/kernel/problems.ts'
import { StartRefused } from './preconditions.ts'

export interface ReadinessOptions {
  readonly connection: Connection
  readonly logger: Logger
  /** Refuses a database that no server can use. @throws StartRefused */
  readonly assertStartable: () => Promise<void>
  /** Migrates the schema and returns the names of the migrations; null if an operator does this. */
  readonly migrate: (() => Promise<string[]>) | null
  /** Further work that must succeed once before the server answers calls. */
  readonly warmUp: () => Promise<void>
}

const retryPauseMs = 1_000
const retryAfterSeconds = 2
/** Anyone may call /readyz, so it does not query the schema each time. */
const schemaMaxAgeMs = 1_000

/** Migrates the database to the schema of this version, and tries until it succeeds. Calls are refused until then. */
export class Readiness {
  readonly #options: ReadinessOptions
  readonly #stopping = new AbortController()
  #isPrepared = false
  #schemaSeenAtMs = Number.NEGATIVE_INFINITY
  #lastLogged = ''
  #background: Promise<void> = Promise.resolve()

  constructor(options: ReadinessOptions) {
    this.#options = options
  }

  /**
   * True if the first attempt succeeds. If the database is down, further attempts follow in the background.
   * @throws StartRefused
   */
  async start(): Promise<boolean> {
    if (await this.#attempt()) return true
    this.#background = this.#retry()
    return false
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#background
  }

  /** False until the database has the tables of this version. */
  get isPrepared(): boolean {
    return this.#isPrepared
  }

  /** @throws `unavailable` until the database is prepared */
  readonly assertPrepared = (): void => {
    if (!this.#isPrepared)
      throw new Failure(unavailable, { detail: 'The database is not ready yet.', retryAfterSeconds })
  }

  /** @throws `unavailable` unless the database answers now and has the schema of this version */
  readonly check = async (): Promise<void> => {
    const { connection } = this.#options
    await ping(connection.db)
    connection.engine.assertInPlace()
    this.assertPrepared()
    const isStale = performance.now() - this.#schemaSeenAtMs > schemaMaxAgeMs
    // An operator may have reverted a migration, or restored an older dump.
    if (isStale && !(await isCurrent(connection)))
      throw new Failure(unavailable, {
        detail: 'The database schema does not match this version.',
        retryAfterSeconds,
      })
    if (isStale) this.#schemaSeenAtMs = performance.now()
  }

  async #retry(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted && !this.#isPrepared) {
      await setTimeout(retryPauseMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      try {
        await this.#attempt()
      } catch (error) {
        // An operator of the database can fix this too, without a restart of the server.
        const text = `the database cannot be prepared; trying again (${reasonOf(error)})`
        this.#logOnce(text, error instanceof StartRefused ? undefined : error)
      }
    }
    if (this.#isPrepared) this.#options.logger.info('the database is ready')
  }

  // Logs each reason once, not at every attempt.
  #logOnce(text: string, error?: unknown): void {
    if (text === this.#lastLogged) return
    this.#lastLogged = text
    this.#options.logger.error(error === undefined ? {} : { err: error }, text)
  }

  async #attempt(): Promise<boolean> {
    const { connection, assertStartable, migrate, warmUp } = this.#options
    try {
      await assertStartable()
      const isBehind = !(await isCurrent(connection))
      if (isBehind && migrate !== null) await this.#apply(migrate)
      else if (isBehind) {
        this.#logOnce('the database schema does not match this version: run "proxima migrate up"')
        return false
      }
      await warmUp()
      this.#isPrepared = true
    } catch (error) {
      if (!(error instanceof Failure) || error.problem !== unavailable) throw error
      const { name } = connection.engine
      this.#logOnce(`the ${name} database cannot be used; trying again (${reasonOf(error)})`, error.cause)
    }
    return this.#isPrepared
  }

  async #apply(migrate: () => Promise<string[]>): Promise<void> {
    for (const migration of await migrate()) this.#options.logger.info({ migration }, 'migrated')
  }
}
