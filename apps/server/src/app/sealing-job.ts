import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { SealingService } from '../features/administration/audit-trail/sealing.ts'
import type { AuditService } from '../features/safeguards/audit/service.ts'

export interface SealingJobOptions {
  readonly sealing: Pick<SealingService, 'seal'>
  readonly audit: Pick<AuditService, 'onRecorded'>
  /** False until the database has its tables. */
  readonly isPrepared: () => boolean
  readonly logger: Logger
  /** How often to look for events that other servers have recorded, or that were committed late. */
  readonly pollMs?: number
  /** From an event of this server to its sealing: long enough for many events to share a block. */
  readonly delayMs?: number
}

const stopMaxMs = 2_000

/** Adds recorded events to the chain while the server runs: those of this server soon, all others within a second. */
export class SealingJob {
  readonly #options: Required<SealingJobOptions>
  readonly #stopping = new AbortController()
  #waking = new AbortController()
  #isFailing = false
  #running: Promise<void> = Promise.resolve()

  constructor(options: SealingJobOptions) {
    this.#options = { pollMs: 1_000, delayMs: 200, ...options }
  }

  start(): void {
    this.#options.audit.onRecorded(() => this.#waking.abort())
    this.#running = this.#run()
  }

  /** Seals what is left, unless the database does not answer: then another server does it, or this one when it is back. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    const sealed = this.#running.then(() => this.#seal())
    await Promise.race([sealed, setTimeout(stopMaxMs, undefined, { ref: false })])
  }

  async #run(): Promise<void> {
    const { delayMs, pollMs } = this.#options
    const stopping = this.#stopping.signal
    while (!stopping.aborted) {
      const waking = this.#waking.signal
      await pause(pollMs, AbortSignal.any([stopping, waking]))
      if (waking.aborted) await pause(delayMs, stopping)
      // An event that is recorded from here on ends the next pause.
      this.#waking = new AbortController()
      if (!stopping.aborted) await this.#seal()
    }
  }

  async #seal(): Promise<void> {
    const { isPrepared, logger, sealing } = this.#options
    if (!isPrepared()) return
    try {
      await sealing.seal()
      this.#isFailing = false
    } catch (error) {
      // Once, and not at each attempt until the database works again.
      if (!this.#isFailing) logger.warn({ err: error }, 'events of the audit trail wait to be sealed')
      this.#isFailing = true
    }
  }
}

/** An aborted pause is not a failure. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal, ref: false }).catch(() => undefined)
}
