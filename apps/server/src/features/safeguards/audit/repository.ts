import type { Selectable } from 'kysely'
import type { Write } from '../../../platform/database/prepared-write.ts'
import type { AuditEventsTable, Database, Transaction } from '../../../platform/database/tables.ts'
import { type AccountId, type AuditEventId, lowestId, noAccountId } from '../../../platform/kernel/ids.ts'
import type { AuditAction, AuditOutcome, RecordedEvent } from './model.ts'
import { insertion, insertionIfExists } from './queries.ts'

/** An event to store. `occurrences` is null unless it stands for a sum. */
export interface NewEvent extends Omit<RecordedEvent, 'occurrences'> {
  readonly occurrences: number | null
}

export class AuditRepository {
  insertion(event: NewEvent, onStored?: () => void): Write {
    return insertion.with(rowOf(event), onStored)
  }

  /** Stores the event. It names the account only if it still exists. */
  async insertIfExists(db: Database, event: NewEvent): Promise<void> {
    const row = rowOf(event)
    await insertionIfExists.change(db, { ...row, account_id: row.account_id ?? noAccountId })
  }

  async addressesOf(db: Database, accountId: AccountId): Promise<string[]> {
    const rows = await db
      .selectFrom('audit_events')
      .select('ip_address')
      .distinct()
      .where('account_id', '=', accountId)
      .where('ip_address', 'is not', null)
      .execute()
    return rows.map(({ ip_address }) => ip_address ?? '')
  }

  /** Replaces the account with a pseudonym, and removes the addresses and the sessions. */
  async pseudonymise(db: Database, accountId: AccountId, pseudonym: AccountId): Promise<void> {
    await db
      .updateTable('audit_events')
      .set({ account_id: pseudonym, session_id: null, ip_address: null })
      .where('account_id', '=', accountId)
      .execute()
  }

  /**
   * Deletes old events, except those that answer for the receipt of a deletion. Once the account is erased, they name a
   * pseudonym and nothing else.
   * @returns how many, at most `limit`
   */
  async deleteOld(db: Transaction, until: Date, limit: number): Promise<number> {
    const rows = await db
      .selectFrom('audit_events')
      .select('id')
      .where('at', '<=', until.getTime())
      .where((row) => {
        const pending = row
          .selectFrom('deletions')
          .select('pseudonym')
          .whereRef('deletions.account_id', '=', 'audit_events.account_id')
          .where('restored_at', 'is', null)
        const hasReceipt = row.or([row('ip_address', 'is', null), row.exists(pending)])
        return row.not(row.and([row('action', 'in', ['deletion', 'erasure']), hasReceipt]))
      })
      .orderBy('at')
      .limit(limit)
      .execute()
    const ids = rows.map(({ id }) => id)
    if (ids.length > 0) await db.deleteFrom('audit_events').where('id', 'in', ids).execute()
    return ids.length
  }

  async findLastTime(db: Database, accountId: AccountId, action: AuditAction): Promise<Date | null> {
    const row = await db
      .selectFrom('audit_events')
      .select('at')
      .where('account_id', '=', accountId)
      .where('action', '=', action)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row === undefined ? null : new Date(row.at)
  }

  /** Oldest first: ids sort by creation time. */
  async list(
    db: Database,
    accountId: AccountId,
    { after, limit }: { after: AuditEventId | null; limit: number },
  ): Promise<RecordedEvent[]> {
    const all = db
      .selectFrom('audit_events')
      .selectAll()
      .where('account_id', '=', accountId)
      .orderBy('id')
      .limit(limit)
    const rows = await all.where('id', '>', after ?? lowestId).execute()
    return rows.map(toEvent)
  }
}

function rowOf(event: NewEvent): Selectable<AuditEventsTable> {
  return {
    id: event.id,
    action: event.action,
    outcome: event.outcome,
    account_id: event.accountId,
    session_id: event.sessionId,
    method: event.method,
    ip_address: event.ipAddress,
    at: event.at.getTime(),
    occurrences: event.occurrences,
  }
}

function toEvent(row: Selectable<AuditEventsTable>): RecordedEvent {
  return {
    id: row.id,
    action: row.action as AuditAction,
    outcome: row.outcome as AuditOutcome,
    accountId: row.account_id,
    sessionId: row.session_id,
    method: row.method,
    ipAddress: row.ip_address,
    at: new Date(row.at),
    occurrences: row.occurrences ?? 1,
  }
}
