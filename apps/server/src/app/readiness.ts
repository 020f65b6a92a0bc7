import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import { type Connection, ping } from '../platform/database/connect.ts'
import { isCurrent, migrateUp } from '../platform/database/migrator.ts'
import { Failure } from '../platform/kernel/failures.ts'
import { unavailable } from '../platform/kernel/problems.ts'

export interface ReadinessOptions {
  readonly connection: Connection
  readonly logger: Logger
  readonly migrateAtStart: boolean
  /** What else must succeed once before anybody is served. */
  readonly warmUp: () => Promise<void>
}

const retryPauseMs = 1_000
const retryAfterSeconds = 2

/** Brings the database to this version's schema, however often it takes, and knows whether that is done. */
export class Readiness {
  readonly #options: ReadinessOptions
  readonly #stopping = new AbortController()
  #isPrepared = false
  #background: Promise<void> = Promise.resolve()

  constructor(options: ReadinessOptions) {
    this.#options = options
  }

  /** Says whether the first attempt succeeded; where the database is down, goes on trying in the background. */
  async start(): Promise<boolean> {
    if (await this.#attempt()) return true
    this.#background = this.#retry()
    return false
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#background
  }

  /** @throws `unavailable` until the database is prepared */
  readonly assertPrepared = (): void => {
    if (!this.#isPrepared)
      throw new Failure(unavailable, { detail: 'The database is not ready yet.', retryAfterSeconds })
  }

  /** @throws `unavailable` unless the database answers now and has this version's schema */
  readonly check = async (): Promise<void> => {
    await ping(this.#options.connection.db)
    this.assertPrepared()
  }

  async #retry(): Promise<void> {
    const { logger } = this.#options
    try {
      do await setTimeout(retryPauseMs, undefined, { signal: this.#stopping.signal })
      while (!(await this.#attempt()))
      logger.info('the database is there: ready')
    } catch (error) {
      if (!this.#stopping.signal.aborted) logger.fatal({ err: error }, 'the database cannot be prepared')
    }
  }

  async #attempt(): Promise<boolean> {
    const { connection, logger, migrateAtStart, warmUp } = this.#options
    try {
      if (migrateAtStart) await this.#migrate()
      else if (!(await isCurrent(connection))) {
        logger.warn('the schema is not this version\'s: run "proxima migrate up"')
        return false
      }
      await warmUp()
      this.#isPrepared = true
    } catch (error) {
      if (!(error instanceof Failure) || error.problem !== unavailable) throw error
      logger.error(
        { err: error.cause },
        `the ${connection.engine.name} database does not answer; trying again`,
      )
    }
    return this.#isPrepared
  }

  async #migrate(): Promise<void> {
    const { connection, logger } = this.#options
    for (const migration of await migrateUp(connection)) logger.info({ migration }, 'migrated')
  }
}
