import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import { seenIntervalMs } from '../features/session-management/sessions/expiry.ts'
import type { LastSeenService } from '../features/session-management/sessions/last-seen/service.ts'

export interface LastSeenJobOptions {
  readonly lastSeen: Pick<LastSeenService, 'flush'>
  readonly logger: Logger
}

const stopMaxMs = 2_000

/** Stores when sessions were last used, while the server runs: one small write each second for all of them. */
export class LastSeenJob {
  readonly #options: LastSeenJobOptions
  readonly #stopping = new AbortController()
  #isFailing = false
  #running: Promise<void> = Promise.resolve()

  constructor(options: LastSeenJobOptions) {
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
      await setTimeout(seenIntervalMs, undefined, { signal, ref: false }).catch(() => undefined)
      if (!signal.aborted) await this.#store()
    }
  }

  async #store(): Promise<void> {
    const { lastSeen, logger } = this.#options
    try {
      await lastSeen.flush()
      this.#isFailing = false
    } catch (error) {
      if (!this.#isFailing)
        logger.warn({ err: error }, 'the database could not store when sessions were last used')
      this.#isFailing = true
    }
  }
}
