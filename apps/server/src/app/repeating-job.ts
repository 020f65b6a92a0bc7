import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Clock } from '../platform/kernel/clock.ts'

export interface RepeatingJobOptions {
  /** Completes the log line "could not …". */
  readonly what: string
  /** Does what is due. @returns when something is due next; null if nothing is */
  readonly run: (stopping: AbortSignal) => Promise<Date | null>
  /** Looks again at least that often: another server may have left work. */
  readonly pollMs: number
  readonly clock: Clock
  readonly logger: Logger
}

/** Keeps a failure, or work that is due again at once, from becoming a busy loop. */
const pauseMinMs = 100

/** Does work when it is due, while the server runs. */
export class RepeatingJob {
  readonly #options: RepeatingJobOptions
  readonly #stopping = new AbortController()
  #waking = new AbortController()
  #isFailing = false
  #running: Promise<void> = Promise.resolve()

  constructor(options: RepeatingJobOptions) {
    this.#options = options
  }

  start(): void {
    this.#running = this.#work()
  }

  /** Looks for work now. */
  wake(): void {
    this.#waking.abort()
  }

  /** Waits for the step that is running. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #work(): Promise<void> {
    const stopping = this.#stopping.signal
    while (!stopping.aborted) {
      // Work that comes from here on ends the pause below.
      this.#waking = new AbortController()
      const pauseMs = await this.#runOnce(stopping)
      const signal = AbortSignal.any([stopping, this.#waking.signal])
      await setTimeout(pauseMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  async #runOnce(stopping: AbortSignal): Promise<number> {
    const { clock, logger, pollMs, run, what } = this.#options
    try {
      const next = await run(stopping)
      this.#isFailing = false
      const untilNext = next === null ? pollMs : next.getTime() - clock.now().getTime()
      return Math.min(pollMs, Math.max(pauseMinMs, untilNext))
    } catch (error) {
      // Once, and not at each attempt until it works again.
      if (!this.#isFailing) logger.warn({ err: error }, `could not ${what}; trying again`)
      this.#isFailing = true
      return pollMs
    }
  }
}
