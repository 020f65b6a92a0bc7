import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { type AccountId, newId } from '../../../../platform/kernel/ids.ts'
import type { Owing } from '../deliveries/lines/owing.ts'
import type { LinesRepository } from '../deliveries/lines/repository.ts'
import { owedEventOf } from '../deliveries/model.ts'
import type { DeliveriesRepository } from '../deliveries/repository.ts'
import type { StoredEndpoint } from '../endpoints/model.ts'
import type { EndpointsRepository } from '../endpoints/repository.ts'
import { lastBlock, type TrailEvent, type WebhookEvent, webhookEventOf } from './model.ts'

/** The audit trail, as its readers see it. */
export interface Trail {
  /**
   * The events of the next blocks after `block`, in their order. A block is never split.
   * @returns the number of the last block that was read; `block` if there is no other yet
   */
  readAfter(
    db: Database,
    page: { readonly block: number; readonly limit: number },
  ): Promise<{ readonly events: readonly TrailEvent[]; readonly block: number }>
}

export interface EventsServiceOptions {
  readonly db: Database
  readonly trail: Trail
  readonly endpoints: EndpointsRepository
  readonly deliveries: Pick<DeliveriesRepository, 'deleteFinishedByAccount'>
  readonly lines: Pick<LinesRepository, 'existingPeople'>
  readonly owing: Owing
  readonly clock: Clock
}

/** How many events are read at once. */
const pageSize = 200

/**
 * Turns the events of the audit trail into deliveries. Each endpoint has a cursor into the trail, so that a sign-in
 * writes nothing for webhooks, and no event is lost or owed twice, whatever stops.
 */
export class EventsService {
  readonly #options: EventsServiceOptions

  constructor(options: EventsServiceOptions) {
    this.#options = options
  }

  /** Reads the next events for each of the endpoints. @returns whether there may be more */
  async read(endpoints: readonly StoredEndpoint[]): Promise<boolean> {
    const { db, trail } = this.#options
    let isMore = false
    // Nearly always all have the same cursor, so the trail is read once.
    for (const [from, group] of Map.groupBy(endpoints, ({ cursorBlock }) => cursorBlock)) {
      const { events, block: to } = await trail.readAfter(db, { block: from, limit: pageSize })
      if (to === from) continue
      isMore ||= events.length >= pageSize
      const sendable = events.map(webhookEventOf).filter((event) => event !== null)
      for (const endpoint of group) await this.#advance(endpoint, sendable, to)
    }
    return isMore
  }

  /**
   * Owes the erasure of an account to everyone who gets such events (GDPR Article 19), in the transaction of the erasure.
   * The audit trail could not say it: there, the account has a pseudonym from then on.
   */
  async announceErasure(transaction: Transaction, accountId: AccountId): Promise<void> {
    const { endpoints, deliveries, owing, clock } = this.#options
    const event: WebhookEvent = {
      id: newId(),
      block: lastBlock,
      type: 'user.erased',
      at: clock.now(),
      accountId,
      actorId: null,
      sessionId: null,
      changed: [],
    }
    for (const { id, eventTypes } of await endpoints.lockAll(transaction))
      if (eventTypes.includes(event.type)) await owing.owe(transaction, id, [owedEventOf(event)])
    await deliveries.deleteFinishedByAccount(transaction, accountId)
  }

  async #advance(endpoint: StoredEndpoint, events: readonly WebhookEvent[], to: number): Promise<void> {
    const { db, endpoints, owing } = this.#options
    const { id, cursorBlock: from, eventTypes } = endpoint
    const wanted = events.filter(({ type }) => eventTypes.includes(type))
    await inTransaction(db, async (transaction) => {
      if (!(await endpoints.advance(transaction, id, { from, to }))) return
      const known = await this.#ofPeople(transaction, wanted)
      await owing.owe(transaction, id, known.map(owedEventOf))
    })
  }

  // After its erasure, an account has a pseudonym in the trail, of which no receiver knows. The row of the endpoint is
  // locked by now, so an erasure either comes first and the account is gone, or comes later and finds these events.
  async #ofPeople(transaction: Transaction, events: readonly WebhookEvent[]): Promise<WebhookEvent[]> {
    if (events.length === 0) return []
    const ids = [...new Set(events.map(({ accountId }) => accountId))]
    const existing = await this.#options.lines.existingPeople(transaction, ids)
    return events.filter(({ accountId }) => existing.has(accountId))
  }
}
