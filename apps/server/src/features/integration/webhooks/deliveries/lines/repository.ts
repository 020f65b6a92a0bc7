import type { Insertable } from 'kysely'
import { lockRows } from '../../../../../platform/database/lock-rows.ts'
import type { Database, Transaction } from '../../../../../platform/database/tables.ts'
import type { WebhookDeliveriesTable } from '../../../../../platform/database/webhook-tables.ts'
import type { AccountId, AuditEventId, WebhookId } from '../../../../../platform/kernel/ids.ts'
import type { DeliveryState, DueDelivery } from '../model.ts'

export type DeliveryRow = Insertable<WebhookDeliveriesTable>

/** The last delivery of a line that waits. */
export interface Tail {
  readonly eventId: AuditEventId
  readonly accountId: AccountId
  readonly block: number
  /** True if it is also the first. */
  readonly isHead: boolean
}

export class LinesRepository {
  /** The last deliveries of the lines of these persons, locked. A person without one has no line. */
  async lockTails(db: Transaction, endpointId: WebhookId, accountIds: readonly AccountId[]): Promise<Tail[]> {
    const query = db
      .selectFrom('webhook_deliveries')
      .select(['event_id', 'account_id', 'block', 'due_at'])
      .where('account_id', 'in', accountIds)
      .where('endpoint_id', '=', endpointId)
      .where('state', '=', 'waiting')
      .where('is_followed', '=', 0)
      .orderBy('account_id')
    const rows = await lockRows(db, query).execute()
    return rows.map((row) => ({
      eventId: row.event_id,
      accountId: row.account_id,
      block: row.block,
      isHead: row.due_at !== null,
    }))
  }

  async setFollowed(
    db: Transaction,
    endpointId: WebhookId,
    eventIds: readonly AuditEventId[],
  ): Promise<void> {
    await db
      .updateTable('webhook_deliveries')
      .set({ is_followed: 1 })
      .where('endpoint_id', '=', endpointId)
      .where('event_id', 'in', eventIds)
      .execute()
  }

  /** The states of those of these events that the endpoint gets or has got. */
  async findStates(
    db: Database,
    endpointId: WebhookId,
    eventIds: readonly AuditEventId[],
  ): Promise<ReadonlyMap<AuditEventId, DeliveryState>> {
    const rows = await db
      .selectFrom('webhook_deliveries')
      .select(['event_id', 'state'])
      .where('endpoint_id', '=', endpointId)
      .where('event_id', 'in', eventIds)
      .execute()
    return new Map(rows.map(({ event_id, state }) => [event_id, state]))
  }

  async insertAll(db: Transaction, rows: readonly DeliveryRow[]): Promise<void> {
    await db.insertInto('webhook_deliveries').values(rows).execute()
  }

  async delete(db: Transaction, endpointId: WebhookId, eventIds: readonly AuditEventId[]): Promise<void> {
    await db
      .deleteFrom('webhook_deliveries')
      .where('endpoint_id', '=', endpointId)
      .where('event_id', 'in', eventIds)
      .execute()
  }

  /** Those of the accounts that exist and belong to people, not to programs. */
  async existingPeople(db: Database, ids: readonly AccountId[]): Promise<ReadonlySet<AccountId>> {
    const rows = await db
      .selectFrom('accounts')
      .select('id')
      .where('id', 'in', ids)
      .where('kind', '=', 'person')
      .execute()
    return new Set(rows.map(({ id }) => id))
  }

  /** The next delivery of a line whose first is finished; null if there is none. */
  async findNext(
    db: Transaction,
    { endpointId, accountId }: Pick<DueDelivery, 'endpointId' | 'accountId'>,
  ): Promise<AuditEventId | null> {
    // The last of a line comes after all that are followed. Asked in two steps, each reads one row of the index.
    for (const isFollowed of [1, 0] as const) {
      const row = await db
        .selectFrom('webhook_deliveries')
        .select('event_id')
        .where('account_id', '=', accountId)
        .where('endpoint_id', '=', endpointId)
        .where('state', '=', 'waiting')
        .where('is_followed', '=', isFollowed)
        .orderBy('block')
        .orderBy('event_id')
        .limit(1)
        .executeTakeFirst()
      if (row !== undefined) return row.event_id
    }
    return null
  }

  async setDue(
    db: Transaction,
    { endpointId, eventId }: Pick<DueDelivery, 'endpointId' | 'eventId'>,
    at: Date,
  ): Promise<void> {
    await db
      .updateTable('webhook_deliveries')
      .set({ due_at: at.getTime() })
      .where('endpoint_id', '=', endpointId)
      .where('event_id', '=', eventId)
      .where('state', '=', 'waiting')
      .where('due_at', 'is', null)
      .execute()
  }
}
