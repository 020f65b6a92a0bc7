import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { SealingService } from '../../features/administration/audit-trail/sealing.ts'
import type { Attempt } from '../../features/integration/webhooks/deliveries/model.ts'
import type { WebhookDeliveryService } from '../../features/integration/webhooks/deliveries/service.ts'
import type { StopReason } from '../../features/integration/webhooks/endpoints/model.ts'

export interface WebhookJobOptions {
  readonly webhooks: Pick<WebhookDeliveryService, 'round' | 'settled'>
  /** Events of this server are sent as soon as they are in the audit trail. */
  readonly sealing: Pick<SealingService, 'onSealed'>
  readonly logger: Logger
  /** Called with the outcome of each attempt, for metrics. */
  readonly onAttempt: (attempt: Attempt) => void
  /** Closes the connections that are kept. */
  readonly close: () => void
  /** How often to look for events and for deliveries that are due. */
  readonly pollMs?: number
  /** How often to look whether there is a webhook at all. */
  readonly idleMs?: number
  /** How long a running attempt may still take when the server stops. */
  readonly stopMaxMs?: number
}

/** Lets attempts that end together start one round together. */
const pauseMinMs = 5

const stops: Readonly<Record<StopReason, string>> = {
  gone: 'the receiver answered 410: nothing more is sent until someone enables the webhook again',
  failed:
    'the receiver accepted nothing for a day: nothing more is sent until someone enables the webhook again',
}

/** Sends events to other services while the server runs. */
export class WebhookJob {
  readonly #options: Required<WebhookJobOptions>
  readonly #stopping = new AbortController()
  readonly #aborting = new AbortController()
  #waking = new AbortController()
  #isFailing = false
  #running: Promise<void> = Promise.resolve()

  constructor(options: WebhookJobOptions) {
    this.#options = { pollMs: 250, idleMs: 2_000, stopMaxMs: 5_000, ...options }
  }

  start(): void {
    this.#options.sealing.onSealed(() => this.wake())
    this.#running = this.#run()
  }

  /** Looks at once: there may be something to send. */
  wake(): void {
    this.#waking.abort()
  }

  /** Waits for the running attempts, but only for a while: an attempt that is aborted is repeated by another server. */
  async stop(): Promise<void> {
    const { webhooks, stopMaxMs, close } = this.#options
    this.#stopping.abort()
    await this.#running
    const finished = new AbortController()
    const deadline = setTimeout(stopMaxMs, undefined, { signal: finished.signal, ref: false }).then(
      () => this.#aborting.abort(),
      () => undefined,
    )
    await webhooks.settled()
    finished.abort()
    await deadline
    close()
  }

  async #run(): Promise<void> {
    const stopping = this.#stopping.signal
    while (!stopping.aborted) {
      // What happens from here on ends the pause below.
      this.#waking = new AbortController()
      const pauseMs = await this.#round()
      await setTimeout(pauseMinMs, undefined, { signal: stopping, ref: false }).catch(() => undefined)
      const signal = AbortSignal.any([stopping, this.#waking.signal])
      await setTimeout(pauseMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  /** @returns the pause until the next one, in milliseconds */
  async #round(): Promise<number> {
    const { webhooks, pollMs, idleMs } = this.#options
    try {
      const { hasEndpoints, isMore } = await webhooks.round({
        aborting: this.#aborting.signal,
        onAttempt: (attempt) => this.#report(attempt),
        onFailure: (error) => this.#fail(error),
      })
      this.#isFailing = false
      if (isMore) return 0
      return hasEndpoints ? pollMs : idleMs
    } catch (error) {
      this.#fail(error)
      return idleMs
    }
  }

  #fail(error: unknown): void {
    const { logger } = this.#options
    if (!this.#isFailing) logger.warn({ err: error }, 'webhooks cannot be read or stored: events wait')
    this.#isFailing = true
  }

  #report(attempt: Attempt): void {
    const { logger, onAttempt } = this.#options
    onAttempt(attempt)
    const { endpointId: webhook_id, eventId: event_id, outcome, stopped, ...rest } = attempt
    const line = { webhook_id, event_id, ...rest }
    if (outcome === 'delivered') logger.debug(line, 'event delivered')
    else if (outcome === 'failed') logger.warn(line, 'event not delivered: another attempt follows')
    else logger.error(line, 'event not delivered: no further attempt')
    if (stopped !== null) logger.error({ webhook_id, reason: stopped }, stops[stopped])
    this.wake()
  }
}
