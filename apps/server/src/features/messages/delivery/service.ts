import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { dayMs } from '../../../platform/kernel/durations.ts'
import type { MessageId } from '../../../platform/kernel/ids.ts'
import { windowAround } from '../../../platform/kernel/time-bounds.ts'
import {
  attemptMaxMs,
  type Channel,
  DeliveryFailure,
  freshDays,
  leaseSeconds,
  type Transport,
} from '../model.ts'
import type { DueMessage, OutboxRepository, Waiting } from '../outbox/repository.ts'
import type { OutboxService } from '../outbox/service.ts'
import { attemptsMax, latestDue, retryWaitSeconds } from './retries.ts'

/** Counts what became of messages. The figures come later in the reading order. */
export interface MessageCounts {
  countMessage(transaction: Transaction, channel: Channel, outcome: 'sent' | 'given_up'): Promise<void>
}

export interface DeliveryServiceOptions {
  readonly db: Database
  readonly messages: OutboxRepository
  readonly outbox: Pick<OutboxService, 'open'>
  readonly clock: Clock
  readonly transports: ReadonlyMap<Channel, Transport>
  readonly counting: MessageCounts
}

export interface DeliveryRun {
  /** Starts no further attempt. */
  readonly stopping: AbortSignal
  /** Aborts the attempts that are running. */
  readonly aborting: AbortSignal
  /** Called with the outcome of each attempt, for logs and metrics. */
  readonly onAttempt: (attempt: Attempt) => void
}

/** The outcome of one attempt. It does not name the recipient. */
export interface Attempt {
  readonly id: MessageId
  readonly channel: Channel
  readonly template: string
  readonly attempts: number
  readonly outcome: 'sent' | 'failed' | 'given_up'
  readonly error: string | null
}

/** Simultaneous attempts: one slow mail server must not delay all other messages. */
const concurrency = 5
const batchSize = 50

/**
 * Delivers the messages of the outbox, each by one node at a time and at least once: if a node stops between sending a
 * message and storing that, the message is sent again with the same id.
 */
export class DeliveryService {
  readonly #options: DeliveryServiceOptions

  constructor(options: DeliveryServiceOptions) {
    this.#options = options
  }

  /** Attempts every message that is due. @returns milliseconds until the next one is due; null if there is none */
  async deliverDue(run: DeliveryRun): Promise<number | null> {
    const { db, messages, clock, transports } = this.#options
    const channels = [...transports.keys()]
    if (channels.length === 0) return null
    while (!run.stopping.aborted) {
      const now = clock.now()
      const due = await messages.listDue(db, { ...this.#waiting(channels), ...dueBy(now), limit: batchSize })
      if (due.length === 0) break
      // The workers share the iterator, so that each message is taken by one of them.
      const rest = due.values()
      const workers = Array.from({ length: concurrency }, () => this.#deliverAll(rest, run))
      await Promise.allSettled(workers)
      // A worker fails if the database does. That ends the run, but only when the other workers have finished.
      await Promise.all(workers)
    }
    const next = await messages.findNextDue(db, this.#waiting(channels))
    return next === null ? null : next.getTime() - clock.now().getTime()
  }

  #waiting(channels: readonly Channel[]): Waiting {
    return { fresh: windowAround(this.#options.clock.now(), freshDays * dayMs), channels }
  }

  async #deliverAll(rest: IterableIterator<DueMessage>, run: DeliveryRun): Promise<void> {
    for (const due of rest) {
      if (run.stopping.aborted) return
      const attempt = await this.#deliver(due, run.aborting)
      if (attempt !== null) run.onAttempt(attempt)
    }
  }

  /** @returns null if another node has claimed the message, or if it was withheld */
  async #deliver(due: DueMessage, signal: AbortSignal): Promise<Attempt | null> {
    const { db, messages, clock } = this.#options
    const until = new Date(clock.now().getTime() + leaseSeconds * 1_000)
    if (!(await messages.claim(db, due, until))) return null
    const { id, channel, template } = due
    const attempts = due.attempts + 1
    if (due.isWithheld) return await this.#drop({ ...due, attempts })
    const failure = await this.#attempt(due, signal)
    const error = failure?.code ?? null
    const attempt = { id, channel, template, attempts, error }
    if (failure === null) {
      return await this.#finish({ ...attempt, outcome: 'sent' })
    }
    if (failure.isFinal || attempts >= attemptsMax) {
      return await this.#finish({ ...attempt, outcome: 'given_up' })
    }
    const next = clock.now().getTime() + retryWaitSeconds(attempts) * 1_000
    await messages.settle(db, attempt, { due_at: next, error })
    return { ...attempt, outcome: 'failed' }
  }

  /** Stores what became of the message, and counts it once. */
  async #finish<Finished extends Attempt & { readonly outcome: 'sent' | 'given_up' }>(
    attempt: Finished,
  ): Promise<Finished> {
    const { counting, db, messages } = this.#options
    const { channel, error, outcome } = attempt
    // A sent message is no longer needed, so its address and its text are deleted.
    const content = outcome === 'sent' ? { content_sealed: null } : {}
    await inTransaction(db, async (transaction) => {
      const isFirst = await messages.settle(transaction, attempt, {
        due_at: null,
        error,
        outcome,
        ...content,
      })
      if (isFirst) await counting.countMessage(transaction, channel, outcome)
    })
    return attempt
  }

  /** Does the work of an attempt, but sends nothing: no one may find out that there was nothing to send (I4, A36). */
  async #drop(due: DueMessage): Promise<null> {
    const { db, messages, outbox } = this.#options
    try {
      outbox.open(due)
    } catch {
      // Nothing of it is needed, so it makes no difference whether it can be read.
    }
    await messages.settle(db, due, { due_at: null, attempts: 0, content_sealed: null })
    return null
  }

  async #attempt(due: DueMessage, signal: AbortSignal): Promise<DeliveryFailure | null> {
    const { outbox, transports } = this.#options
    const { id, channel, template, createdAt } = due
    try {
      const message = { id, channel, template, createdAt, ...outbox.open(due) }
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(attemptMaxMs)])
      await transports.get(channel)?.deliver(message, deadline)
      return null
    } catch (error) {
      if (error instanceof DeliveryFailure) return error
      // Only the name: the message of an unexpected error may contain the address.
      return new DeliveryFailure(error instanceof Error ? error.name.slice(0, 32) : 'unknown')
    }
  }
}

function dueBy(now: Date): { readonly now: Date; readonly latestDue: readonly Date[] } {
  return {
    now,
    latestDue: Array.from({ length: attemptsMax + 1 }, (_, attempts) => latestDue(attempts, now)),
  }
}
