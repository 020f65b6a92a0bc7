import type { Selectable } from 'kysely'
import type { AuditEventsTable, Database, Transaction } from '../../../platform/database/tables.ts'
import { type AccountId, type AuditEventId, lowestId, noAccountId } from '../../../platform/kernel/ids.ts'
import type { AuditAction, AuditEvent, AuditOutcome, RecordedEvent } from './model.ts'

export class AuditRepository {
  /** With `onlyIfExists`, the event names the account only if it still exists. */
  async insert(
    db: Database,
    id: AuditEventId,
    event: AuditEvent,
    {
      at,
      onlyIfExists,
      occurrences = null,
    }: { at: Date; onlyIfExists: boolean; occurrences?: number | null },
  ): Promise<void> {
    const { accountId } = event
    const row = {
      id,
      action: event.action,
      outcome: event.outcome,
      session_id: event.sessionId,
      method: event.method,
      ip_address: event.ipAddress,
      at: at.getTime(),
      occurrences,
    }
    // Looked up even if there is no account, so that the time of a refusal does not reveal whether there is one (A34).
    const existing = db
      .selectFrom('accounts')
      .select('id')
      .where('id', '=', accountId ?? noAccountId)
    await db
      .insertInto('audit_events')
      .values({ ...row, account_id: onlyIfExists ? existing : accountId })
      .execute()
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
