import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import type { WebhookId } from '../../../../platform/kernel/ids.ts'
import type { StoredEndpoint } from '../endpoints/model.ts'
import type { EndpointsRepository } from '../endpoints/repository.ts'
import type { EndpointStops } from '../endpoints/stops.ts'
import type { EventsService } from '../events/service.ts'
import type { LinesRepository } from './lines/repository.ts'
import {
  type Attempt,
  attemptsOfEndpoint,
  attemptsOfServer,
  type DueDelivery,
  leaseSeconds,
} from './model.ts'
import type { DeliveriesRepository } from './repository.ts'
import { isGivenUp, latestDue, retryWaitMs, waitMs } from './retries.ts'
import type { Sent, WebhookSender } from './sender.ts'

export interface WebhookDeliveryOptions {
  readonly db: Database
  readonly endpoints: EndpointsRepository
  readonly deliveries: DeliveriesRepository
  readonly endpointStops: Pick<EndpointStops, 'stop'>
  readonly lines: LinesRepository
  readonly events: Pick<EventsService, 'read'>
  readonly sender: Pick<WebhookSender, 'send'>
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
}

export interface WebhookRun {
  /** Aborts the attempts that are running. */
  readonly aborting: AbortSignal
  /** Called after each attempt, for logs and metrics. There may be another delivery to start. */
  readonly onAttempt: (attempt: Attempt) => void
  /** Called if the outcome of an attempt could not be stored. The delivery is sent again. */
  readonly onFailure: (error: unknown) => void
}

/** What a round has found. */
export interface WebhookRound {
  readonly hasEndpoints: boolean
  /** True if there may be more to do at once. */
  readonly isMore: boolean
}

/**
 * Sends events to other services, each by one server at a time and at least once: if a server stops between sending an
 * event and storing that, it is sent again with the same id. The events about one person are sent one after the other.
 */
export class WebhookDeliveryService {
  readonly #options: WebhookDeliveryOptions
  readonly #running = new Set<Promise<void>>()
  readonly #places = new Map<WebhookId, number>()

  constructor(options: WebhookDeliveryOptions) {
    this.#options = options
  }

  /** Reads new events, and starts the attempts that are due, as far as there are places. Does not wait for attempts. */
  async round(run: WebhookRun): Promise<WebhookRound> {
    const { db, endpoints, events } = this.#options
    const enabled = await endpoints.listEnabled(db)
    if (enabled.length === 0) return { hasEndpoints: false, isMore: false }
    let isMore = await events.read(enabled)
    for (const endpoint of enabled) isMore = (await this.#start(endpoint, run)) || isMore
    return { hasEndpoints: true, isMore }
  }

  /** Waits for the attempts that are running. */
  async settled(): Promise<void> {
    await Promise.all(this.#running)
  }

  /** @returns whether there may be more */
  async #start(endpoint: StoredEndpoint, run: WebhookRun): Promise<boolean> {
    const { db, deliveries, clock } = this.#options
    const taken = this.#places.get(endpoint.id) ?? 0
    const places = Math.min(attemptsOfEndpoint - taken, attemptsOfServer - this.#running.size)
    // The end of an attempt starts another round.
    if (places <= 0) return false
    const now = clock.now()
    const due = await deliveries.listDue(db, endpoint.id, { now, latest: latestDue(now), limit: places })
    const until = new Date(now.getTime() + leaseSeconds * 1_000)
    const claims = await Promise.all(due.map((each) => deliveries.claim(db, each, until)))
    for (const [index, each] of due.entries())
      if (claims[index] === true) this.#track(endpoint.id, this.#attempt(endpoint, each, run))
    return claims.includes(false)
  }

  #track(endpointId: WebhookId, attempt: Promise<void>): void {
    const count = (by: number) => this.#places.set(endpointId, (this.#places.get(endpointId) ?? 0) + by)
    count(1)
    const tracked = attempt.finally(() => {
      count(-1)
      this.#running.delete(tracked)
    })
    this.#running.add(tracked)
  }

  async #attempt(endpoint: StoredEndpoint, due: DueDelivery, run: WebhookRun): Promise<void> {
    const { endpointId, eventId } = due
    const attempts = due.attempts + 1
    try {
      const sent = await this.#options.sender.send(endpoint, { id: eventId, body: due.body }, run.aborting)
      const outcome = await this.#settle({ ...due, attempts }, sent)
      const stopped = await this.#stop(endpointId, outcome, sent)
      run.onAttempt({ endpointId, eventId, attempts, outcome, stopped, error: sent.error })
    } catch (error) {
      run.onFailure(error)
    }
  }

  async #settle(due: DueDelivery, { error, isGone, retryAfterMs }: Sent): Promise<Attempt['outcome']> {
    const { db, deliveries, clock, random } = this.#options
    const now = clock.now()
    if (error === null) {
      await this.#finish(due, 'delivered', null)
      return 'delivered'
    }
    if (!isGone && isGivenUp(due, now)) {
      await this.#finish(due, 'dead', error)
      return 'dead'
    }
    const nextMs = now.getTime() + waitMs(retryWaitMs(due.attempts, random), retryAfterMs)
    await deliveries.settle(db, due, { due_at: nextMs, error })
    return 'failed'
  }

  async #stop(id: WebhookId, outcome: Attempt['outcome'], { isGone }: Sent): Promise<Attempt['stopped']> {
    const reason = isGone ? 'gone' : 'failed'
    // An event was tried for a day. That may be the fault of the event, so others must have failed, too.
    if (!isGone && outcome !== 'dead') return null
    return (await this.#options.endpointStops.stop(id, reason)) ? reason : null
  }

  /** Starts the next delivery of the line together with the end of this one, so that none can be forgotten. */
  async #finish(due: DueDelivery, state: 'delivered' | 'dead', error: string | null): Promise<void> {
    const { db, deliveries, clock } = this.#options
    const now = clock.now()
    const values = { state, error, due_at: null, finished_at: now.getTime() }
    // Usually nothing waits behind it, so one statement is enough.
    if (await deliveries.settle(db, due, values, { ifLast: true })) return
    await inTransaction(db, async (transaction) => {
      if (!(await deliveries.settle(transaction, due, values))) return
      await this.#startNext(transaction, due, now)
    })
  }

  /**
   * Holds the line by a lock on its last delivery, because everyone who adds to a line changes that first. Otherwise the
   * next delivery could be chosen from a line that is no longer so.
   */
  async #startNext(transaction: Transaction, due: DueDelivery, now: Date): Promise<void> {
    const { lines } = this.#options
    for (let isHeld = false; !isHeld; ) {
      const tails = await lines.lockTails(transaction, due.endpointId, [due.accountId])
      const next = await lines.findNext(transaction, due)
      if (next === null) return
      // While this waited for the lock, another delivery may have become the last one.
      isHeld = tails.length > 0
      if (isHeld) await lines.setDue(transaction, { ...due, eventId: next }, now)
    }
  }
}
