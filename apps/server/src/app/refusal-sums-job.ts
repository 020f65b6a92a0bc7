import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import { sumsIntervalMs } from '../features/safeguards/audit/model.ts'
import type { AuditService } from '../features/safeguards/audit/service.ts'

export interface RefusalSumsJobOptions {
  readonly audit: Pick<AuditService, 'storeSums'>
  readonly logger: Logger
  readonly intervalMs?: number
}

const stopMaxMs = 2_000

/** Stores how many refusals are not in the audit trail one by one, while the server runs and when it stops. */
export class RefusalSumsJob {
  readonly #options: Required<RefusalSumsJobOptions>
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(options: RefusalSumsJobOptions) {
    this.#options = { intervalMs: sumsIntervalMs, ...options }
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
    const { audit, logger } = this.#options
    try {
      await audit.storeSums()
    } catch (error) {
      logger.warn({ err: error }, 'the database could not store the sums of refusals; trying again later')
    }
  }
}
