import type { Insertable, Selectable } from 'kysely'
import { changesRows } from '../../../platform/database/changed-rows.ts'
import { deleteExpired } from '../../../platform/database/delete-expired.ts'
import { UniqueViolation } from '../../../platform/database/faults.ts'
import type { OpenIdEntriesTable } from '../../../platform/database/openid-tables.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { ConsentKey } from '../../authorization/consents/model.ts'
import type { Entry } from './model.ts'

export class EntriesRepository {
  /** @returns false if there is one with this digest */
  async insert(db: Database, entry: Entry): Promise<boolean> {
    try {
      await db.insertInto('openid_entries').values(toRow(entry)).execute()
      return true
    } catch (error) {
      if (error instanceof UniqueViolation) return false
      throw error
    }
  }

  /** Stores it again. An entry that was used stays used. */
  async update(db: Database, entry: Entry): Promise<boolean> {
    const { digest, consumed_at: _used, ...changes } = toRow(entry)
    return await changesRows(db.updateTable('openid_entries').set(changes).where('digest', '=', digest))
  }

  /** Null if there is none. It may have expired. */
  async find(db: Database, digest: string): Promise<Entry | null> {
    const query = db.selectFrom('openid_entries').selectAll().where('digest', '=', digest)
    const row = await query.executeTakeFirst()
    return row === undefined ? null : toEntry(row)
  }

  /** @returns whether it had not been used: of all who use it at once, one succeeds (I1) */
  async consume(db: Database, digest: string, now: Date): Promise<boolean> {
    const entry = db.updateTable('openid_entries').set({ consumed_at: now.getTime() })
    return await changesRows(entry.where('digest', '=', digest).where('consumed_at', 'is', null))
  }

  /** Keeps others from ending the grant until the transaction has ended. @returns false if it has ended */
  async lock(db: Transaction, digest: string, expiresAt: Date): Promise<boolean> {
    const entry = db.updateTable('openid_entries').set({ expires_at: expiresAt.getTime() })
    return await changesRows(entry.where('digest', '=', digest))
  }

  async delete(db: Database, digest: string): Promise<void> {
    await db.deleteFrom('openid_entries').where('digest', '=', digest).execute()
  }

  async deleteByGrant(db: Database, grantId: string): Promise<void> {
    await db.deleteFrom('openid_entries').where('grant_id', '=', grantId).execute()
  }

  async deleteByAccount(db: Database, accountId: AccountId): Promise<void> {
    await db.deleteFrom('openid_entries').where('account_id', '=', accountId).execute()
  }

  /** Of every account. What belongs to none, such as the salt of pairwise subjects, stays. */
  async deleteEvery(db: Database): Promise<void> {
    await db.deleteFrom('openid_entries').where('account_id', 'is not', null).execute()
  }

  async deleteByConsent(db: Database, { accountId, clientId }: ConsentKey): Promise<void> {
    const own = db.deleteFrom('openid_entries').where('account_id', '=', accountId)
    await own.where('client_id', '=', clientId).execute()
  }

  /** @returns how many were deleted, at most `limit` */
  async deleteExpired(db: Database, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'openid_entries', { column: 'expires_at', until, limit })
  }
}

function toRow(entry: Entry): Insertable<OpenIdEntriesTable> {
  const { digest, kind, grantId, accountId, clientId, sessionId } = entry
  return {
    digest,
    kind,
    grant_id: grantId,
    account_id: accountId,
    client_id: clientId,
    session_id: sessionId,
    payload: JSON.stringify(entry.payload),
    consumed_at: entry.consumedAt?.getTime() ?? null,
    expires_at: entry.expiresAt.getTime(),
  }
}

function toEntry(row: Selectable<OpenIdEntriesTable>): Entry {
  return {
    digest: row.digest,
    kind: row.kind,
    grantId: row.grant_id,
    accountId: row.account_id,
    clientId: row.client_id,
    sessionId: row.session_id,
    payload: JSON.parse(row.payload) as Record<string, unknown>,
    consumedAt: row.consumed_at === null ? null : new Date(row.consumed_at),
    expiresAt: new Date(row.expires_at),
  }
}
