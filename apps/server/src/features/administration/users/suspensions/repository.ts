import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import type { Suspension } from '../search/model.ts'

export class SuspensionsRepository {
  /** Replaces the one that there is. */
  async put(
    db: Transaction,
    accountId: AccountId,
    { reason, suspendedAt, endsAt }: Suspension,
  ): Promise<void> {
    await this.delete(db, accountId)
    const row = { reason, suspended_at: suspendedAt.getTime(), ends_at: endsAt?.getTime() ?? null }
    await db
      .insertInto('suspensions')
      .values({ account_id: accountId, ...row })
      .execute()
  }

  async find(db: Database, accountId: AccountId): Promise<Suspension | null> {
    const row = await db
      .selectFrom('suspensions')
      .selectAll()
      .where('account_id', '=', accountId)
      .executeTakeFirst()
    if (row === undefined) return null
    const endsAt = row.ends_at === null ? null : new Date(row.ends_at)
    return { reason: row.reason, suspendedAt: new Date(row.suspended_at), endsAt }
  }

  async delete(db: Transaction, accountId: AccountId): Promise<void> {
    await db.deleteFrom('suspensions').where('account_id', '=', accountId).execute()
  }

  /** The accounts whose suspension has ended, the earliest first. */
  async listEnded(db: Database, now: Date, limit: number): Promise<AccountId[]> {
    const rows = await db
      .selectFrom('suspensions')
      .select('account_id')
      .where('ends_at', '<=', now.getTime())
      .orderBy('ends_at')
      .limit(limit)
      .execute()
    return rows.map(({ account_id }) => account_id)
  }

  /** When the next suspension ends; null if none does. */
  async findNextEnd(db: Database): Promise<Date | null> {
    const row = await db
      .selectFrom('suspensions')
      .select('ends_at')
      .where('ends_at', 'is not', null)
      .orderBy('ends_at')
      .limit(1)
      .executeTakeFirst()
    return row?.ends_at == null ? null : new Date(row.ends_at)
  }
}
