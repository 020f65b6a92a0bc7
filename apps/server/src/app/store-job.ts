import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'

export interface StoreJobOptions {
  /** The line of the log if it fails. */
  readonly failure: string
  readonly store: () => Promise<void>
  readonly intervalMs: number
  readonly logger: Logger
}

const stopMaxMs = 2_000

/** Stores what the server keeps in memory: at intervals while it runs, and the rest when it stops. */
export class StoreJob {
  readonly #options: StoreJobOptions
  readonly #stopping = new AbortController()
  #isFailing = false
  #running: Promise<void> = Promise.resolve()

  constructor(options: StoreJobOptions) {
    this.#options = options
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Stores the rest, unless the database does not answer. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    const stored = this.#running.then(() => this.#store())
    await Promise.race([stored, setTimeout(stopMaxMs, undefined, { ref: false })])
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await setTimeout(this.#options.intervalMs, undefined, { signal, ref: false }).catch(() => undefined)
      if (!signal.aborted) await this.#store()
    }
  }

  async #store(): Promise<void> {
    const { failure, logger, store } = this.#options
    try {
      await store()
      this.#isFailing = false
    } catch (error) {
      // Once, and not at each interval until the database works again.
      if (!this.#isFailing) logger.warn({ err: error }, `${failure}; trying again until it works`)
      this.#isFailing = true
    }
  }
}
