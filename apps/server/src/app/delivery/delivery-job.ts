import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { DeliveryService, Tried } from '../../features/messages/delivery/service.ts'
import type { OutboxService } from '../../features/messages/outbox/service.ts'

export interface DeliveryJobOptions {
  readonly delivery: Pick<DeliveryService, 'deliverDue'>
  readonly outbox: Pick<OutboxService, 'onAnnounced'>
  readonly logger: Logger
  /** Told how each try went, for those who count. */
  readonly onTried: (tried: Tried) => void
  /** How often to look for what another node has left, where nothing wakes this one. */
  readonly pollMs?: number
  /** How long a try under way may take once the server stops. */
  readonly stopMaxMs?: number
}

/** So short that a failure which comes at once does not become a busy loop. */
const pauseMinMs = 100

/** Delivers messages while the server runs: at once where this node has written one, and else by looking. */
export class DeliveryJob {
  readonly #options: Required<DeliveryJobOptions>
  readonly #stopping = new AbortController()
  readonly #cutting = new AbortController()
  #waking = new AbortController()
  #isComplaining = false
  #running: Promise<void> = Promise.resolve()

  constructor(options: DeliveryJobOptions) {
    this.#options = { pollMs: 30_000, stopMaxMs: 5_000, ...options }
  }

  start(): void {
    this.#options.outbox.onAnnounced(() => this.#waking.abort())
    this.#running = this.#run()
  }

  /** Waits for the tries under way, but not for ever: one that is cut off is made again by whoever looks next. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    const { stopMaxMs } = this.#options
    const patience = new AbortController()
    const cut = setTimeout(stopMaxMs, undefined, { signal: patience.signal, ref: false }).then(
      () => this.#cutting.abort(),
      () => undefined,
    )
    await this.#running
    patience.abort()
    await cut
  }

  async #run(): Promise<void> {
    const stopping = this.#stopping.signal
    while (!stopping.aborted) {
      // Whoever writes a message from here on ends the pause below.
      this.#waking = new AbortController()
      const pauseMs = await this.#round()
      const signal = AbortSignal.any([stopping, this.#waking.signal])
      await setTimeout(pauseMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  async #round(): Promise<number> {
    const { delivery, logger, pollMs } = this.#options
    const signals = { stopping: this.#stopping.signal, cutting: this.#cutting.signal }
    try {
      const nextMs = await delivery.deliverDue({ ...signals, onTried: (tried) => this.#tell(tried) })
      this.#isComplaining = false
      return Math.min(pollMs, Math.max(pauseMinMs, nextMs ?? pollMs))
    } catch (error) {
      if (!this.#isComplaining) logger.warn({ err: error }, 'messages wait: the outbox cannot be read')
      this.#isComplaining = true
      return pollMs
    }
  }

  #tell(tried: Tried): void {
    const { logger, onTried } = this.#options
    onTried(tried)
    const { id: message_id, outcome, ...rest } = tried
    if (outcome === 'sent') logger.info({ message_id, ...rest }, 'message sent')
    else if (outcome === 'failed')
      logger.warn({ message_id, ...rest }, 'message not sent; trying again later')
    else logger.error({ message_id, ...rest }, 'message given up: it will not be sent')
  }
}
