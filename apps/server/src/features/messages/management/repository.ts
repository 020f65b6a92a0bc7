import type { Selectable } from 'kysely'
import { changesRows } from '../../../platform/database/changed-rows.ts'
import type { MessagesTable } from '../../../platform/database/message-tables.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { highestId, type MessageId } from '../../../platform/kernel/ids.ts'
import type { ManagedMessage, MessageFilter } from './model.ts'

/** Messages that were written later are still sent. */
interface Fresh {
  readonly freshSince: Date
}

export class ManagedMessagesRepository {
  /** The messages that are older than `before`, newest first. */
  async search(
    db: Database,
    { accountId, channel, state }: MessageFilter,
    { before, limit, freshSince }: Fresh & { readonly before: MessageId | null; readonly limit: number },
  ): Promise<ManagedMessage[]> {
    let query = db.selectFrom('messages').selectAll()
    if (accountId !== null) query = query.where('account_id', '=', accountId)
    if (channel !== null) query = query.where('channel', '=', channel)
    if (state === 'waiting') query = query.where('outcome', 'is', null)
    else if (state !== null) query = query.where('outcome', '=', state)
    const page = query
      .where('id', '<', before ?? highestId)
      .orderBy('id', 'desc')
      .limit(limit)
    return (await page.execute()).map((row) => toMessage(row, freshSince))
  }

  async find(db: Database, id: MessageId, { freshSince }: Fresh): Promise<ManagedMessage | null> {
    const row = await db.selectFrom('messages').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? null : toMessage(row, freshSince)
  }

  /** Lets a message be sent again that was given up. @returns whether it was, and can be sent */
  async retry(db: Transaction, id: MessageId, { now, freshSince }: Fresh & { now: Date }): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('messages')
        .set({ outcome: null, due_at: now.getTime(), attempts: 0, error: null })
        .where('id', '=', id)
        .where('outcome', '=', 'given_up')
        .where('due_at', 'is', null)
        .where('content_sealed', 'is not', null)
        .where('created_at', '>', freshSince.getTime()),
    )
  }
}

function toMessage(row: Selectable<MessagesTable>, freshSince: Date): ManagedMessage {
  // A message that is withheld is due once, to be dropped.
  const isWaiting = row.outcome === null && row.due_at !== null
  return {
    id: row.id,
    accountId: row.account_id,
    channel: row.channel,
    template: row.template,
    state: row.outcome ?? 'waiting',
    attempts: row.attempts,
    error: row.error,
    createdAt: new Date(row.created_at),
    nextAttemptAt: isWaiting ? new Date(row.due_at ?? 0) : null,
    canRetry:
      row.outcome === 'given_up' &&
      row.due_at === null &&
      row.content_sealed !== null &&
      row.created_at > freshSince.getTime(),
  }
}
