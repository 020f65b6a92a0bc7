import type { Transaction } from '../../../../../platform/database/tables.ts'
import type { Clock } from '../../../../../platform/kernel/clock.ts'
import type { WebhookId } from '../../../../../platform/kernel/ids.ts'
import type { OwedEvent } from '../model.ts'
import { lineUp, type Placed } from './line-up.ts'
import type { DeliveryRow, LinesRepository } from './repository.ts'

export interface OwingOptions {
  readonly lines: LinesRepository
  readonly clock: Clock
}

/** Adds what an endpoint is to get, each person's events in one line, so that they are sent one after the other. */
export class Owing {
  readonly #options: OwingOptions

  constructor(options: OwingOptions) {
    this.#options = options
  }

  /**
   * The caller has locked or changed the row of the endpoint, so that no one else adds to its lines meanwhile. An event
   * that already waits stays in its place. One that was sent before is sent again.
   */
  async owe(transaction: Transaction, endpointId: WebhookId, events: readonly OwedEvent[]): Promise<void> {
    const { lines } = this.#options
    if (events.length === 0) return
    const ids = events.map(({ id }) => id)
    const states = await lines.findStates(transaction, endpointId, ids)
    const added = events.filter(({ id }) => states.get(id) !== 'waiting')
    if (added.length === 0) return
    const finished = added.map(({ id }) => id).filter((id) => states.has(id))
    if (finished.length > 0) await lines.delete(transaction, endpointId, finished)
    await this.#add(transaction, endpointId, added)
  }

  async #add(transaction: Transaction, endpointId: WebhookId, events: readonly OwedEvent[]): Promise<void> {
    const { lines } = this.#options
    const byPerson = Map.groupBy(events, ({ accountId }) => accountId)
    const found = await lines.lockTails(transaction, endpointId, [...byPerson.keys()].sort())
    const tails = new Map(found.map((tail) => [tail.accountId, tail]))
    const lineUps = [...byPerson].map(([accountId, line]) => {
      const tail = tails.get(accountId) ?? null
      return { tail, ...lineUp(line, tail) }
    })
    const followed = lineUps.flatMap(({ tail, followsTail }) => (tail && followsTail ? [tail.eventId] : []))
    if (followed.length > 0) await lines.setFollowed(transaction, endpointId, followed)
    const rows = lineUps.flatMap(({ placed }) => placed.map((each) => this.#rowOf(endpointId, each)))
    await lines.insertAll(transaction, rows)
  }

  #rowOf(endpointId: WebhookId, { event, isDue, isFollowed }: Placed): DeliveryRow {
    const nowMs = this.#options.clock.now().getTime()
    return {
      endpoint_id: endpointId,
      event_id: event.id,
      account_id: event.accountId,
      block: event.block,
      type: event.type,
      body: event.body,
      occurred_at: event.at.getTime(),
      owed_at: nowMs,
      state: 'waiting',
      due_at: isDue ? nowMs : null,
      attempts: 0,
      is_followed: isFollowed ? 1 : 0,
      error: null,
      finished_at: null,
    }
  }
}
