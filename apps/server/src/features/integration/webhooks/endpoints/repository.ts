import type { Selectable } from 'kysely'
import { changesRows } from '../../../../platform/database/changed-rows.ts'
import { lockRows } from '../../../../platform/database/lock-rows.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { WebhookEndpointsTable } from '../../../../platform/database/webhook-tables.ts'
import { highestId, type WebhookId } from '../../../../platform/kernel/ids.ts'
import type { EventType } from '../events/model.ts'
import type { EndpointSettings, EndpointState, SealedSecrets, StoredEndpoint } from './model.ts'

export interface EndpointChange extends Partial<EndpointSettings> {
  readonly state?: EndpointState
  readonly cursorBlock?: number
  readonly secrets?: SealedSecrets
  readonly updatedAt: Date
}

/** The sealed secrets of an endpoint. */
export interface SealedEndpoint {
  readonly id: WebhookId
  readonly secrets: SealedSecrets
}

export class EndpointsRepository {
  async insert(db: Transaction, endpoint: StoredEndpoint): Promise<void> {
    const { id, createdAt, ...values } = endpoint
    const row = { ...columnsOf(values), id, created_at: createdAt.getTime() }
    await db
      .insertInto('webhook_endpoints')
      .values(row as Selectable<WebhookEndpointsTable>)
      .execute()
  }

  async count(db: Database): Promise<number> {
    const { rows } = await db
      .selectFrom('webhook_endpoints')
      .select((row) => row.fn.countAll().as('rows'))
      .where('state', '!=', 'deleted')
      .executeTakeFirstOrThrow()
    return Number(rows)
  }

  /** Newest first. */
  async list(
    db: Database,
    { before, limit }: { before: WebhookId | null; limit: number },
  ): Promise<StoredEndpoint[]> {
    const rows = await existing(db)
      .where('id', '<', before ?? highestId)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
    return rows.map(toEndpoint)
  }

  async listEnabled(db: Database): Promise<StoredEndpoint[]> {
    const rows = await existing(db).where('state', '=', 'enabled').orderBy('id').execute()
    return rows.map(toEndpoint)
  }

  /** All of them, locked in one order. */
  async lockAll(db: Transaction): Promise<StoredEndpoint[]> {
    const rows = await lockRows(db, existing(db).orderBy('id')).execute()
    return rows.map(toEndpoint)
  }

  async find(db: Database, id: WebhookId): Promise<StoredEndpoint | null> {
    const row = await existing(db).where('id', '=', id).executeTakeFirst()
    return row === undefined ? null : toEndpoint(row)
  }

  async lock(db: Transaction, id: WebhookId): Promise<StoredEndpoint | null> {
    const row = await lockRows(db, existing(db).where('id', '=', id)).executeTakeFirst()
    return row === undefined ? null : toEndpoint(row)
  }

  async update(db: Database, id: WebhookId, change: EndpointChange): Promise<void> {
    await db.updateTable('webhook_endpoints').set(columnsOf(change)).where('id', '=', id).execute()
  }

  /** Moves the cursor, unless another server has done so. */
  async advance(
    db: Transaction,
    id: WebhookId,
    { from, to }: { from: number; to: number },
  ): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('webhook_endpoints')
        .set({ cursor_block: to })
        .where('id', '=', id)
        .where('state', '=', 'enabled')
        .where('cursor_block', '=', from),
    )
  }

  /**
   * The receiver is gone. Someone may have disabled or deleted the endpoint while it answered, which stays.
   * @returns whether it was enabled
   */
  async markGone(db: Database, id: WebhookId, at: Date): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('webhook_endpoints')
        .set({ state: 'gone', updated_at: at.getTime() })
        .where('id', '=', id)
        .where('state', '=', 'enabled'),
    )
  }

  /**
   * The receiver has failed since then, unless someone has changed the endpoint after that, or it has accepted anything.
   * @returns whether it was so
   */
  async markFailed(
    db: Database,
    id: WebhookId,
    { since, at }: { readonly since: Date; readonly at: Date },
  ): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('webhook_endpoints')
        .set({ state: 'failed', updated_at: at.getTime() })
        .where('id', '=', id)
        .where('state', '=', 'enabled')
        .where('updated_at', '<=', since.getTime())
        .where((row) =>
          row.not(
            row.exists(
              row
                .selectFrom('webhook_deliveries')
                .select('event_id')
                .where('endpoint_id', '=', id)
                .where('state', '=', 'delivered')
                .where('finished_at', '>', since.getTime()),
            ),
          ),
        ),
    )
  }

  /** Stops the endpoint for good. The purge deletes the row. */
  async markDeleted(db: Database, id: WebhookId, at: Date): Promise<void> {
    await db
      .updateTable('webhook_endpoints')
      .set({ state: 'deleted', updated_at: at.getTime() })
      .where('id', '=', id)
      .execute()
  }

  async listDeleted(db: Database): Promise<WebhookId[]> {
    const query = db.selectFrom('webhook_endpoints').select('id').where('state', '=', 'deleted')
    return (await query.orderBy('id').execute()).map(({ id }) => id)
  }

  async deleteMarked(db: Database, id: WebhookId): Promise<void> {
    const query = db.deleteFrom('webhook_endpoints').where('id', '=', id)
    await query.where('state', '=', 'deleted').execute()
  }

  /** Sorted by id. */
  async listSealed(
    db: Database,
    { after, limit }: { after: WebhookId; limit: number },
  ): Promise<SealedEndpoint[]> {
    const rows = await db
      .selectFrom('webhook_endpoints')
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ id: row.id, secrets: secretsOf(row) }))
  }

  /** Replaces the secrets only if they are still those that were read. */
  async replaceSecrets(
    db: Database,
    id: WebhookId,
    { read, resealed }: { read: SealedSecrets; resealed: SealedSecrets },
  ): Promise<void> {
    await db
      .updateTable('webhook_endpoints')
      .set(secretColumns(resealed))
      .where('id', '=', id)
      .where('secret_sealed', '=', read.current)
      .execute()
  }
}

function existing(db: Database) {
  return db.selectFrom('webhook_endpoints').selectAll().where('state', '!=', 'deleted')
}

function columnsOf({ url, description, eventTypes, state, cursorBlock, secrets, updatedAt }: EndpointChange) {
  return {
    ...(url !== undefined && { url }),
    ...(description !== undefined && { description }),
    ...(eventTypes !== undefined && { event_types: eventTypes.join(' ') }),
    ...(state !== undefined && { state }),
    ...(cursorBlock !== undefined && { cursor_block: cursorBlock }),
    ...(secrets !== undefined && secretColumns(secrets)),
    updated_at: updatedAt.getTime(),
  }
}

function secretColumns({ current, previous, previousUntil }: SealedSecrets) {
  return {
    secret_sealed: current,
    previous_secret_sealed: previous,
    previous_secret_until: previousUntil?.getTime() ?? null,
  }
}

function secretsOf(row: Selectable<WebhookEndpointsTable>): SealedSecrets {
  const until = row.previous_secret_until
  return {
    current: row.secret_sealed,
    previous: row.previous_secret_sealed,
    previousUntil: until === null ? null : new Date(until),
  }
}

function toEndpoint(row: Selectable<WebhookEndpointsTable>): StoredEndpoint {
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    eventTypes: row.event_types.split(' ') as EventType[],
    state: row.state as EndpointState,
    cursorBlock: row.cursor_block,
    secrets: secretsOf(row),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  }
}
