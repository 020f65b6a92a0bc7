import type { Insertable, Selectable } from 'kysely'
import { changesRows } from '../../../../platform/database/changed-rows.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { WebhookDeliveriesTable } from '../../../../platform/database/webhook-tables.ts'
import {
  type AccountId,
  type AuditEventId,
  highestId,
  type WebhookId,
} from '../../../../platform/kernel/ids.ts'
import type { Backlog } from '../endpoints/model.ts'
import type { EventType } from '../events/model.ts'
import type { Delivery, DeliveryState, DueDelivery, OwedEvent } from './model.ts'

export type DeliveryRow = Insertable<WebhookDeliveriesTable>

/** The key of a delivery. */
export type DeliveryKey = Pick<DueDelivery, 'endpointId' | 'eventId'>

const dueColumns = ['endpoint_id', 'event_id', 'account_id', 'body', 'owed_at', 'due_at', 'attempts'] as const

export class DeliveriesRepository {
  /** The deliveries whose next attempt is due, the longest waiting first. One that is due after `latest` is due now. */
  async listDue(
    db: Database,
    endpointId: WebhookId,
    { now, latest, limit }: { now: Date; latest: Date; limit: number },
  ): Promise<DueDelivery[]> {
    const all = db
      .selectFrom('webhook_deliveries')
      .select(dueColumns)
      .where('endpoint_id', '=', endpointId)
      .orderBy('due_at')
      .limit(limit)
    const due = await all.where('due_at', '<=', now.getTime()).execute()
    if (due.length > 0) return due.map(toDue)
    return (await all.where('due_at', '>', latest.getTime()).execute()).map(toDue)
  }

  /** True if this server may attempt it. Of several servers that read the row, only one can change it. */
  async claim(
    db: Database,
    { endpointId, eventId, dueAt, attempts }: DueDelivery,
    until: Date,
  ): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('webhook_deliveries')
        .set({ due_at: until.getTime(), attempts: attempts + 1 })
        .where('endpoint_id', '=', endpointId)
        .where('event_id', '=', eventId)
        .where('due_at', '=', dueAt.getTime())
        .where('attempts', '=', attempts),
    )
  }

  /**
   * Stores the outcome of an attempt.
   * @param ifLast only if no other delivery waits behind it
   * @returns whether it did; false if another server has taken the delivery over
   */
  async settle(
    db: Database,
    { endpointId, eventId, attempts }: DeliveryKey & { attempts: number },
    values: Pick<DeliveryRow, 'due_at' | 'error'> & Partial<Pick<DeliveryRow, 'state' | 'finished_at'>>,
    { ifLast = false }: { ifLast?: boolean } = {},
  ): Promise<boolean> {
    const query = db
      .updateTable('webhook_deliveries')
      .set(values)
      .where('endpoint_id', '=', endpointId)
      .where('event_id', '=', eventId)
      .where('attempts', '=', attempts)
      .where('state', '=', 'waiting')
    return await changesRows(ifLast ? query.where('is_followed', '=', 0) : query)
  }

  /** Newest event first. */
  async list(
    db: Database,
    endpointId: WebhookId,
    { state, before, limit }: { state: DeliveryState | null; before: AuditEventId | null; limit: number },
  ): Promise<Delivery[]> {
    const all = db
      .selectFrom('webhook_deliveries')
      .selectAll()
      .where('endpoint_id', '=', endpointId)
      .where('event_id', '<', before ?? highestId)
      .orderBy('event_id', 'desc')
      .limit(limit)
    const rows = await (state === null ? all : all.where('state', '=', state)).execute()
    return rows.map(toDelivery)
  }

  /** The oldest deliveries that were given up, or the one of this event if it was. */
  async listDead(
    db: Database,
    endpointId: WebhookId,
    { eventId, limit }: { eventId: AuditEventId | null; limit: number },
  ): Promise<OwedEvent[]> {
    const all = db
      .selectFrom('webhook_deliveries')
      .selectAll()
      .where('endpoint_id', '=', endpointId)
      .where('state', '=', 'dead')
      .orderBy('event_id')
      .limit(limit)
    const rows = await (eventId === null ? all : all.where('event_id', '=', eventId)).execute()
    return rows.map(toOwed)
  }

  /**
   * Makes deliveries due now whose next attempt is only due after `after`: all, or the one of this event. One that is
   * claimed is due before that.
   * @returns how many
   */
  async hasten(
    db: Transaction,
    endpointId: WebhookId,
    { eventId, now, after }: { eventId: AuditEventId | null; now: Date; after: Date },
  ): Promise<number> {
    const all = db
      .updateTable('webhook_deliveries')
      .set({ due_at: now.getTime() })
      .where('endpoint_id', '=', endpointId)
      .where('state', '=', 'waiting')
      .where('due_at', '>', after.getTime())
    const query = eventId === null ? all : all.where('event_id', '=', eventId)
    const { numUpdatedRows } = await query.executeTakeFirst()
    return Number(numUpdatedRows)
  }

  /** How many deliveries wait, and how many were given up. An endpoint without any is absent. */
  async countBacklogs(
    db: Database,
    endpointIds: readonly WebhookId[],
  ): Promise<ReadonlyMap<WebhookId, Backlog>> {
    if (endpointIds.length === 0) return new Map()
    const rows = await db
      .selectFrom('webhook_deliveries')
      .select(['endpoint_id', 'state'])
      .select((row) => row.fn.countAll().as('rows'))
      .where('endpoint_id', 'in', endpointIds)
      .where('state', 'in', ['waiting', 'dead'])
      .groupBy(['endpoint_id', 'state'])
      .execute()
    const backlogs = new Map<WebhookId, Backlog>()
    for (const { endpoint_id: id, state, rows: count } of rows)
      backlogs.set(id, { waiting: 0, dead: 0, ...backlogs.get(id), [state]: Number(count) })
    return backlogs
  }

  /** Deletes what is finished about a person. What waits is still sent. */
  async deleteFinishedByAccount(db: Transaction, accountId: AccountId): Promise<void> {
    const query = db.deleteFrom('webhook_deliveries').where('account_id', '=', accountId)
    await query.where('state', '!=', 'waiting').execute()
  }

  /** Deletes those that were finished by then. @returns how many, at most `limit` */
  async deleteFinished(
    db: Transaction,
    { state, until, limit }: { state: DeliveryState; until: Date; limit: number },
  ): Promise<number> {
    const rows = await db
      .selectFrom('webhook_deliveries')
      .select(['endpoint_id', 'event_id'])
      .where('finished_at', '<=', until.getTime())
      .where('state', '=', state)
      .orderBy('finished_at')
      .limit(limit)
      .execute()
    for (const [endpointId, group] of Map.groupBy(rows, ({ endpoint_id }) => endpoint_id))
      await this.#delete(
        db,
        endpointId,
        group.map(({ event_id }) => event_id),
      )
    return rows.length
  }

  /** @returns how many it deleted, at most `limit` */
  async deleteByEndpoint(db: Transaction, endpointId: WebhookId, limit: number): Promise<number> {
    const rows = await db
      .selectFrom('webhook_deliveries')
      .select('event_id')
      .where('endpoint_id', '=', endpointId)
      .limit(limit)
      .execute()
    const ids = rows.map(({ event_id }) => event_id)
    if (ids.length > 0) await this.#delete(db, endpointId, ids)
    return ids.length
  }

  async #delete(db: Transaction, endpointId: WebhookId, eventIds: readonly AuditEventId[]): Promise<void> {
    const query = db.deleteFrom('webhook_deliveries').where('endpoint_id', '=', endpointId)
    await query.where('event_id', 'in', eventIds).execute()
  }
}

function toDue(row: Pick<Selectable<WebhookDeliveriesTable>, (typeof dueColumns)[number]>): DueDelivery {
  return {
    endpointId: row.endpoint_id,
    eventId: row.event_id,
    accountId: row.account_id,
    body: row.body,
    owedAt: new Date(row.owed_at),
    dueAt: new Date(row.due_at ?? 0),
    attempts: row.attempts,
  }
}

function toOwed(row: Selectable<WebhookDeliveriesTable>): OwedEvent {
  return {
    id: row.event_id,
    block: row.block,
    type: row.type as EventType,
    accountId: row.account_id,
    at: new Date(row.occurred_at),
    body: row.body,
  }
}

function toDelivery(row: Selectable<WebhookDeliveriesTable>): Delivery {
  return {
    eventId: row.event_id,
    type: row.type as EventType,
    accountId: row.account_id,
    occurredAt: new Date(row.occurred_at),
    state: row.state,
    attempts: row.attempts,
    error: row.error,
    dueAt: row.due_at === null ? null : new Date(row.due_at),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at),
  }
}
