import type { Database } from '../../../platform/database/tables.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import type { MessageId } from '../../../platform/kernel/ids.ts'
import {
  attemptsMax,
  type Channel,
  DeliveryFailure,
  freshDays,
  leaseSeconds,
  retryWaitSeconds,
  type Transport,
  tryMaxMs,
} from '../model.ts'
import type { Due, OutboxRepository } from '../outbox/repository.ts'
import type { OutboxService } from '../outbox/service.ts'

export interface DeliveryServiceOptions {
  readonly db: Database
  readonly messages: OutboxRepository
  readonly outbox: Pick<OutboxService, 'open'>
  readonly clock: Clock
  readonly transports: ReadonlyMap<Channel, Transport>
}

export interface Round {
  /** Takes up no further message. */
  readonly stopping: AbortSignal
  /** Cuts off the tries under way. */
  readonly cutting: AbortSignal
  /** Told how each try went, for those who log and count. */
  readonly onTried: (tried: Tried) => void
}

/** Names no recipient. */
export interface Tried {
  readonly id: MessageId
  readonly channel: Channel
  readonly template: string
  readonly attempts: number
  readonly outcome: 'sent' | 'failed' | 'given_up'
  readonly error: string | null
}

/** How many are tried at once; a mail server that is slow must not hold up all others. */
const lanes = 5
const batchSize = 50

/**
 * Delivers what waits in the outbox, each message by one node at a time. At least once: a node that dies between
 * sending and writing that down leaves a message that is sent again, under the same id.
 */
export class DeliveryService {
  readonly #options: DeliveryServiceOptions

  constructor(options: DeliveryServiceOptions) {
    this.#options = options
  }

  /** Tries all that is due. @returns milliseconds until the next will be; null where none waits */
  async deliverDue(round: Round): Promise<number | null> {
    const { db, messages, clock, transports } = this.#options
    const channels = [...transports.keys()]
    if (channels.length === 0) return null
    const since = () => new Date(clock.now().getTime() - freshDays * 86_400_000)
    while (!round.stopping.aborted) {
      const query = { now: clock.now(), since: since(), channels, limit: batchSize }
      const due = await messages.listDue(db, query)
      if (due.length === 0) break
      // The lanes share the iterator, so that each message is taken by one of them.
      const rest = due.values()
      const running = Array.from({ length: lanes }, () => this.#deliverAll(rest, round))
      await Promise.allSettled(running)
      // One that failed, since the database is gone, ends the round; not before the others have come to their end.
      await Promise.all(running)
    }
    const next = await messages.findNextDue(db, { since: since(), channels })
    return next === null ? null : next.getTime() - clock.now().getTime()
  }

  async #deliverAll(rest: IterableIterator<Due>, round: Round): Promise<void> {
    for (const due of rest) {
      if (round.stopping.aborted) return
      const tried = await this.#deliver(due, round.cutting)
      if (tried !== null) round.onTried(tried)
    }
  }

  /** Null where another node has it. */
  async #deliver(due: Due, signal: AbortSignal): Promise<Tried | null> {
    const { db, messages, clock } = this.#options
    const until = new Date(clock.now().getTime() + leaseSeconds * 1_000)
    if (!(await messages.claim(db, due, until))) return null
    const { id, channel, template } = due
    const attempts = due.attempts + 1
    const failure = await this.#try(due, signal)
    const error = failure?.code ?? null
    const tried = { id, channel, template, attempts, error }
    if (failure === null) {
      // What is sent need not be kept: the address and the text are the recipient's business.
      await messages.settle(db, tried, { due_at: null, error, outcome: 'sent', content_sealed: null })
      return { ...tried, outcome: 'sent' }
    }
    if (failure.isFinal || attempts >= attemptsMax) {
      await messages.settle(db, tried, { due_at: null, error, outcome: 'given_up' })
      return { ...tried, outcome: 'given_up' }
    }
    const next = clock.now().getTime() + retryWaitSeconds(attempts) * 1_000
    await messages.settle(db, tried, { due_at: next, error })
    return { ...tried, outcome: 'failed' }
  }

  async #try(due: Due, signal: AbortSignal): Promise<DeliveryFailure | null> {
    const { outbox, transports } = this.#options
    const { id, channel, template, createdAt } = due
    try {
      const message = { id, channel, template, createdAt, ...outbox.open(due) }
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(tryMaxMs)])
      await transports.get(channel)?.deliver(message, deadline)
      return null
    } catch (error) {
      if (error instanceof DeliveryFailure) return error
      // By its name alone: what an unforeseen error says may hold the address.
      return new DeliveryFailure(error instanceof Error ? error.name.slice(0, 32) : 'unknown')
    }
  }
}
