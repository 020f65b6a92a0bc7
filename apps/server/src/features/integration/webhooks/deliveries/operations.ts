import type { Database } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { dayMs } from '../../../../platform/kernel/durations.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { type AuditEventId, newId, type WebhookId } from '../../../../platform/kernel/ids.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import { type StoredEndpoint, targetOf } from '../endpoints/model.ts'
import type { EndpointsRepository } from '../endpoints/repository.ts'
import { pingType } from '../events/model.ts'
import type { Owing } from './lines/owing.ts'
import {
  type Delivery,
  type DeliveryState,
  deadDays,
  deliveredDays,
  leaseSeconds,
  type Replay,
  type ReplayResult,
} from './model.ts'
import type { DeliveriesRepository } from './repository.ts'
import type { WebhookSender } from './sender.ts'

export interface OperationsOptions {
  readonly db: Database
  readonly endpoints: EndpointsRepository
  readonly deliveries: DeliveriesRepository
  readonly owing: Owing
  readonly sender: Pick<WebhookSender, 'send'>
  /** @returns the last block that was sealed before that time */
  readonly trail: { blockBefore(db: Database, at: Date): Promise<number> }
  readonly audit: Pick<AuditService, 'success'>
  readonly clock: Clock
}

/** How many deliveries one call replays. */
const replayedMax = 1_000
const batchSize = 100

/** What people do with the deliveries of an endpoint. */
export class WebhookOperations {
  readonly #options: OperationsOptions

  constructor(options: OperationsOptions) {
    this.#options = options
  }

  /** Sends a message at once that only tests the way. @returns why it was not delivered; null if it was */
  async ping(id: WebhookId): Promise<string | null> {
    const { sender, clock } = this.#options
    const endpoint = await this.#get(id)
    const messageId = newId<AuditEventId>()
    const body = JSON.stringify({
      id: messageId,
      type: pingType,
      timestamp: clock.now().toISOString(),
      data: { webhook_id: id },
    })
    const { error } = await sender.send(endpoint, { id: messageId, body }, new AbortController().signal)
    return error
  }

  /** Newest event first. @throws `not_found` */
  async list(
    id: WebhookId,
    page: { state: DeliveryState | null; before: AuditEventId | null; limit: number },
  ): Promise<Delivery[]> {
    const { db, deliveries } = this.#options
    await this.#get(id)
    return await deliveries.list(db, id, page)
  }

  /**
   * Sends events again, with the ids that they had. What waits for a later attempt is sent now as well: people replay when
   * they have mended the receiver.
   * @throws `not_found`
   */
  async replay(id: WebhookId, replay: Replay, context: RequestContext): Promise<ReplayResult> {
    if ('since' in replay) return await this.#replaySince(id, replay.since, context)
    let replayed = await this.#hasten(id, replay.eventId, context)
    for (let isMore = true; isMore; ) {
      const count = await this.#replayBatch(id, replay.eventId, context)
      replayed += count
      isMore = count === batchSize
      if (replayed >= replayedMax) return { replayed, isMore }
    }
    if (replay.eventId !== null && replayed === 0) throw new Failure(notFound)
    return { replayed, isMore: false }
  }

  /** Deletes old deliveries that are finished. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { db, deliveries, clock } = this.#options
    const before = (days: number) => new Date(clock.now().getTime() - days * dayMs)
    return await inTransaction(db, async (transaction) => {
      const delivered = { state: 'delivered', until: before(deliveredDays), limit } as const
      const count = await deliveries.deleteFinished(transaction, delivered)
      const dead = { state: 'dead', until: before(deadDays), limit: limit - count } as const
      return count + (dead.limit > 0 ? await deliveries.deleteFinished(transaction, dead) : 0)
    })
  }

  /** Only moves the cursor back. What waits already keeps its place. */
  async #replaySince(id: WebhookId, since: Date, context: RequestContext): Promise<ReplayResult> {
    const { db, endpoints, trail, clock } = this.#options
    await inTransaction(db, async (transaction) => {
      const { cursorBlock } = await this.#lock(id, transaction)
      const block = Math.min(await trail.blockBefore(transaction, since), cursorBlock)
      await endpoints.update(transaction, id, { cursorBlock: block, updatedAt: clock.now() })
      await this.#record(transaction, id, context)
    })
    return { replayed: null, isMore: false }
  }

  async #hasten(id: WebhookId, eventId: AuditEventId | null, context: RequestContext): Promise<number> {
    const { db, deliveries, clock } = this.#options
    return await inTransaction(db, async (transaction) => {
      await this.#lock(id, transaction)
      const now = clock.now()
      const after = new Date(now.getTime() + leaseSeconds * 1_000)
      const count = await deliveries.hasten(transaction, id, { eventId, now, after })
      if (count > 0) await this.#record(transaction, id, context)
      return count
    })
  }

  async #replayBatch(id: WebhookId, eventId: AuditEventId | null, context: RequestContext): Promise<number> {
    const { db, deliveries, owing } = this.#options
    return await inTransaction(db, async (transaction) => {
      await this.#lock(id, transaction)
      const dead = await deliveries.listDead(transaction, id, { eventId, limit: batchSize })
      await owing.owe(transaction, id, dead)
      if (dead.length > 0) await this.#record(transaction, id, context)
      return dead.length
    })
  }

  async #record(transaction: Database, id: WebhookId, context: RequestContext): Promise<void> {
    await this.#options.audit.success(transaction, 'webhook_replay', { target: targetOf(id) }, context)
  }

  async #get(id: WebhookId): Promise<StoredEndpoint> {
    const { db, endpoints } = this.#options
    const endpoint = await endpoints.find(db, id)
    if (endpoint === null) throw new Failure(notFound)
    return endpoint
  }

  async #lock(
    id: WebhookId,
    transaction: Parameters<EndpointsRepository['lock']>[0],
  ): Promise<StoredEndpoint> {
    const endpoint = await this.#options.endpoints.lock(transaction, id)
    if (endpoint === null) throw new Failure(notFound)
    return endpoint
  }
}
