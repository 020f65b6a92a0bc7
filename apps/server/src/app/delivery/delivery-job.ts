import { randomInt } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Attempt, DeliveryService } from '../../features/messages/delivery/service.ts'
import type { WithheldMessage } from '../../features/messages/outbox/messages.ts'
import type { OutboxService } from '../../features/messages/outbox/service.ts'

export interface DeliveryJobOptions {
  readonly delivery: Pick<DeliveryService, 'deliverDue'>
  readonly outbox: Pick<OutboxService, 'onMessageWaiting' | 'onMessageWithheld'>
  readonly logger: Logger
  /** Called with the outcome of each attempt, for metrics. */
  readonly onAttempt: (attempt: Attempt) => void
  /** Called with each message that is withheld, for metrics. */
  readonly onWithheld: (message: WithheldMessage) => void
  /** How often to look for messages of other nodes if nothing wakes this one. */
  readonly pollMs?: number
  /** How long a new message waits at most before this node delivers it. */
  readonly delayMaxMs?: number
  /** How long a running attempt may still take when the server stops. */
  readonly stopMaxMs?: number
}

/** Keeps an immediate failure from becoming a busy loop. */
const pauseMinMs = 100

/** Delivers messages while the server runs: those of this node soon, those of other nodes when it polls. */
export class DeliveryJob {
  readonly #options: Required<DeliveryJobOptions>
  readonly #stopping = new AbortController()
  readonly #aborting = new AbortController()
  #waking = new AbortController()
  #isWoken = false
  #isFailing = false
  #running: Promise<void> = Promise.resolve()

  constructor(options: DeliveryJobOptions) {
    this.#options = { pollMs: 30_000, delayMaxMs: 500, stopMaxMs: 5_000, ...options }
  }

  start(): void {
    const { logger, onWithheld, outbox } = this.#options
    outbox.onMessageWaiting(() => void this.#wakeSoon())
    outbox.onMessageWithheld((message) => {
      const { id: message_id, ...rest } = message
      onWithheld(message)
      // An operator should look at it: it costs money, or it stops people who need their codes.
      if (message.reason === 'few_codes_used')
        logger.error({ message_id, ...rest }, 'message withheld: few of the codes to its country are used')
      else logger.warn({ message_id, ...rest }, 'message withheld')
    })
    this.#running = this.#run()
  }

  /** Waits for the running attempts, but only for a while: an attempt that is aborted is repeated by another node. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    const { stopMaxMs } = this.#options
    const finished = new AbortController()
    const deadline = setTimeout(stopMaxMs, undefined, { signal: finished.signal, ref: false }).then(
      () => this.#aborting.abort(),
      () => undefined,
    )
    await this.#running
    finished.abort()
    await deadline
  }

  /**
   * Waits for a random time, so that the work of delivery delays no particular request. Directly after the answer, it
   * would delay the next request of the same caller, who could measure whether there was a message to send (I4, A36).
   * All messages that are written meanwhile are delivered together.
   */
  async #wakeSoon(): Promise<void> {
    if (this.#isWoken) return
    this.#isWoken = true
    const signal = this.#stopping.signal
    await setTimeout(randomInt(this.#options.delayMaxMs), undefined, { signal, ref: false }).catch(
      () => undefined,
    )
    this.#isWoken = false
    this.#waking.abort()
  }

  async #run(): Promise<void> {
    const stopping = this.#stopping.signal
    while (!stopping.aborted) {
      // A message that is written from here on ends the pause below.
      this.#waking = new AbortController()
      const pauseMs = await this.#deliver()
      const signal = AbortSignal.any([stopping, this.#waking.signal])
      await setTimeout(pauseMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  async #deliver(): Promise<number> {
    const { delivery, logger, pollMs } = this.#options
    const signals = { stopping: this.#stopping.signal, aborting: this.#aborting.signal }
    try {
      const nextMs = await delivery.deliverDue({ ...signals, onAttempt: (attempt) => this.#report(attempt) })
      this.#isFailing = false
      return Math.min(pollMs, Math.max(pauseMinMs, nextMs ?? pollMs))
    } catch (error) {
      if (!this.#isFailing) logger.warn({ err: error }, 'the outbox cannot be read: messages wait')
      this.#isFailing = true
      return pollMs
    }
  }

  #report(attempt: Attempt): void {
    const { logger, onAttempt } = this.#options
    onAttempt(attempt)
    const { id: message_id, outcome, ...rest } = attempt
    if (outcome === 'sent') logger.info({ message_id, ...rest }, 'message sent')
    else if (outcome === 'failed')
      logger.warn({ message_id, ...rest }, 'message not sent: another attempt follows')
    else logger.error({ message_id, ...rest }, 'message not sent: no further attempt')
  }
}
