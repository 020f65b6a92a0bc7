import type { Insertable, Selectable } from 'kysely'
import { changesRows } from '../../../platform/database/changed-rows.ts'
import { deleteExpired } from '../../../platform/database/delete-expired.ts'
import type { MessagesTable } from '../../../platform/database/message-tables.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { type AccountId, highestId, type MessageId } from '../../../platform/kernel/ids.ts'
import type { Window } from '../../../platform/kernel/time-bounds.ts'
import type { Channel, MessageSummary } from '../model.ts'

export type MessageRow = Insertable<MessagesTable>

/** The sealed content of a message. */
export interface SealedMessage {
  readonly id: MessageId
  readonly contentSealed: string
}

/** A message whose next attempt is due. */
export interface DueMessage extends SealedMessage {
  readonly channel: Channel
  readonly template: string
  readonly createdAt: Date
  readonly dueAt: Date
  readonly attempts: number
  /** True if it goes to no one: see `OutboxService`. */
  readonly isWithheld: boolean
}

export interface ListedMessage {
  readonly summary: MessageSummary
  /** Null once the message is sent or dropped. */
  readonly contentSealed: string | null
}

/** Messages of these channels, created within the window. */
export interface Waiting {
  readonly fresh: Window
  readonly channels: readonly Channel[]
}

export class OutboxRepository {
  async insert(db: Transaction, row: MessageRow): Promise<void> {
    await db.insertInto('messages').values(row).execute()
  }

  /**
   * The messages whose next attempt is due, the longest waiting first. `latestDue` has, for each number of attempts, the
   * time after which no message is due: one that is due later is due now.
   */
  async listDue(
    db: Database,
    query: Waiting & { now: Date; latestDue: readonly Date[]; limit: number },
  ): Promise<DueMessage[]> {
    const rows = await waiting(db, query)
      .selectAll()
      .where((row) =>
        row.or([
          row('due_at', '<=', query.now.getTime()),
          ...query.latestDue.map((latest, attempts) =>
            row.and([row('attempts', '=', attempts), row('due_at', '>', latest.getTime())]),
          ),
        ]),
      )
      .orderBy('due_at')
      .limit(query.limit)
      .execute()
    return rows.map(toDue)
  }

  /** When the next message is due; null if there is none. */
  async findNextDue(db: Database, query: Waiting): Promise<Date | null> {
    const row = await waiting(db, query)
      .select('due_at')
      .where('due_at', 'is not', null)
      .orderBy('due_at')
      .limit(1)
      .executeTakeFirst()
    return typeof row?.due_at === 'number' ? new Date(row.due_at) : null
  }

  /** True if this node may attempt delivery. Of several nodes that read the row, only one can change it. */
  async claim(db: Database, { id, dueAt, attempts }: DueMessage, until: Date): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('messages')
        .set({ due_at: until.getTime(), attempts: attempts + 1 })
        .where('id', '=', id)
        .where('due_at', '=', dueAt.getTime())
        .where('attempts', '=', attempts),
    )
  }

  /**
   * Stores the outcome of the last attempt. The outcome of an attempt that another node has taken over is ignored.
   * @returns whether it was stored
   */
  async settle(
    db: Database,
    { id, attempts }: { id: MessageId; attempts: number },
    values: Pick<MessageRow, 'due_at'> &
      Partial<Pick<MessageRow, 'attempts' | 'error' | 'outcome' | 'content_sealed'>>,
  ): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('messages')
        .set(values)
        .where('id', '=', id)
        .where('attempts', '=', attempts)
        .where('due_at', 'is not', null),
    )
  }

  async countSince(
    db: Database,
    {
      accountId,
      template,
      since,
    }: { readonly accountId: AccountId; readonly template: string; readonly since: Date },
  ): Promise<number> {
    const sent = db.selectFrom('messages').select('id').where('account_id', '=', accountId)
    const rows = await sent
      .where('template', '=', template)
      .where('created_at', '>', since.getTime())
      .execute()
    return rows.length
  }

  /** Newest first. */
  async listByAccount(
    db: Database,
    accountId: AccountId,
    { before, limit }: { before: MessageId | null; limit: number },
  ): Promise<MessageSummary[]> {
    const all = db
      .selectFrom('messages')
      .selectAll()
      .where('account_id', '=', accountId)
      .orderBy('id', 'desc')
      .limit(limit)
    const rows = await all.where('id', '<', before ?? highestId).execute()
    return rows.map(toSummary)
  }

  /** Newest first. */
  async list(db: Database, limit: number): Promise<ListedMessage[]> {
    const rows = await db.selectFrom('messages').selectAll().orderBy('id', 'desc').limit(limit).execute()
    return rows.map((row) => ({ summary: toSummary(row), contentSealed: row.content_sealed }))
  }

  /** @returns how many it deleted, at most `limit` */
  async deleteOld(db: Transaction, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'messages', { column: 'created_at', until, limit })
  }

  async deleteByAccount(db: Transaction, accountId: AccountId): Promise<void> {
    await db.deleteFrom('messages').where('account_id', '=', accountId).execute()
  }

  /** The messages that have content, sorted by id. */
  async listSealed(
    db: Database,
    { after, limit }: { after: MessageId; limit: number },
  ): Promise<SealedMessage[]> {
    const rows = await db
      .selectFrom('messages')
      .select(['id', 'content_sealed'])
      .where('content_sealed', 'is not', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map(toSealed)
  }

  /** Replaces the content only if it is still the one that was read. */
  async replaceContent(
    db: Database,
    id: MessageId,
    { read, resealed }: { read: string; resealed: string },
  ): Promise<void> {
    await db
      .updateTable('messages')
      .set({ content_sealed: resealed })
      .where('id', '=', id)
      .where('content_sealed', '=', read)
      .execute()
  }
}

function waiting(db: Database, { fresh, channels }: Waiting) {
  return db
    .selectFrom('messages')
    .where('created_at', '>', fresh.after.getTime())
    .where('created_at', '<', fresh.before.getTime())
    .where('channel', 'in', channels)
}

function toSealed(row: Pick<Selectable<MessagesTable>, 'id' | 'content_sealed'>): SealedMessage {
  return { id: row.id, contentSealed: row.content_sealed ?? '' }
}

function toDue(row: Selectable<MessagesTable>): DueMessage {
  return {
    ...toSealed(row),
    channel: row.channel,
    template: row.template,
    createdAt: new Date(row.created_at),
    dueAt: new Date(row.due_at ?? 0),
    attempts: row.attempts,
    // The outcome of any other message is known only when nothing more is due.
    isWithheld: row.outcome !== null,
  }
}

function toSummary(row: Selectable<MessagesTable>): MessageSummary {
  return {
    id: row.id,
    channel: row.channel,
    template: row.template,
    state: row.outcome ?? 'waiting',
    attempts: row.attempts,
    error: row.error,
    createdAt: new Date(row.created_at),
  }
}
