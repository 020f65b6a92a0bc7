import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import { type Connection, ping } from '../platform/database/connect.ts'
import { reasonOf } from '../platform/database/faults.ts'
import { isCurrent } from '../platform/database/migrator.ts'
import { Failure } from '../platform/kernel/failures.ts'
import { unavailable } from '../platform/kernel/problems.ts'

export interface ReadinessOptions {
  readonly connection: Connection
  readonly logger: Logger
  /** Brings the schema up, and names what it applied; null where an operator does that. */
  readonly migrate: (() => Promise<string[]>) | null
  /** What else must succeed once before anybody is served. */
  readonly warmUp: () => Promise<void>
}

const retryPauseMs = 1_000
const retryAfterSeconds = 2
/** Anybody may ask whether the server is ready; the database is not asked for its tables each time. */
const schemaMaxAgeMs = 1_000

/** Brings the database to this version's schema, however often it takes, and knows whether that is done. */
export class Readiness {
  readonly #options: ReadinessOptions
  readonly #stopping = new AbortController()
  #isPrepared = false
  #schemaSeenAtMs = Number.NEGATIVE_INFINITY
  #lastComplaint = ''
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
    const { connection } = this.#options
    await ping(connection.db)
    this.assertPrepared()
    const isStale = performance.now() - this.#schemaSeenAtMs > schemaMaxAgeMs
    // Somebody may have taken the tables back, or put an older dump in their place.
    if (isStale && !(await isCurrent(connection)))
      throw new Failure(unavailable, {
        detail: 'The tables are not those of this version.',
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
        // Who runs the database may mend this too, and the server is not to be started anew for it.
        this.#complain(`the database cannot be prepared; trying again (${reasonOf(error)})`, error)
      }
    }
    if (this.#isPrepared) this.#options.logger.info('the database is there: ready')
  }

  // Once for each reason, not at every attempt.
  #complain(text: string, error?: unknown): void {
    if (text === this.#lastComplaint) return
    this.#lastComplaint = text
    this.#options.logger.error(error === undefined ? {} : { err: error }, text)
  }

  async #attempt(): Promise<boolean> {
    const { connection, migrate, warmUp } = this.#options
    try {
      const isBehind = !(await isCurrent(connection))
      if (isBehind && migrate !== null) await this.#apply(migrate)
      else if (isBehind) {
        this.#complain('the tables are not those of this version: run "proxima migrate up"')
        return false
      }
      await warmUp()
      this.#isPrepared = true
    } catch (error) {
      if (!(error instanceof Failure) || error.problem !== unavailable) throw error
      const { name } = connection.engine
      this.#complain(`the ${name} database cannot be used; trying again (${reasonOf(error)})`, error.cause)
    }
    return this.#isPrepared
  }

  async #apply(migrate: () => Promise<string[]>): Promise<void> {
    for (const migration of await migrate()) this.#options.logger.info({ migration }, 'migrated')
  }
}
