import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import { purgeAll } from './purge-all.ts'
import type { Purge } from './purges.ts'

export interface PurgeJobOptions {
  readonly purges: readonly Purge[]
  /** 0 means never. */
  readonly intervalSeconds: number
  readonly logger: Logger
}

/** Deletes expired rows while the server runs. */
export class PurgeJob {
  readonly #options: PurgeJobOptions
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(options: PurgeJobOptions) {
    this.#options = options
  }

  start(): void {
    if (this.#options.intervalSeconds > 0) this.#running = this.#run()
  }

  /** Waits for the current batch. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await setTimeout(this.#pauseMs(), undefined, { signal, ref: false }).catch(() => undefined)
      if (!signal.aborted) await this.#round(signal)
    }
  }

  // Servers that start together must not purge together.
  #pauseMs(): number {
    return this.#options.intervalSeconds * 1_000 * (0.9 + Math.random() * 0.2)
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { purges, logger } = this.#options
    try {
      for (const { name, deleted } of await purgeAll(purges, { signal }))
        if (deleted > 0) logger.info({ purge: name, deleted }, 'deleted expired rows')
    } catch (error) {
      logger.warn({ err: error }, 'expired rows could not be deleted; trying again at the next interval')
    }
  }
}
