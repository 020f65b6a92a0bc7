import { sql } from 'kysely'
import { shareLockOf } from '../../../../platform/database/dialects/row-locks.ts'
import { repeatIfTaken } from '../../../../platform/database/repeat-if-taken.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import type { ActivityPeriod } from '../model.ts'

/** A person who was active in a period. */
export interface Active {
  readonly accountId: AccountId
  readonly period: ActivityPeriod
  readonly startsAt: number
}

export class ActivityRepository {
  /** Those of the accounts that exist. None of them is erased before the transaction ends. */
  async lockExisting(db: Transaction, accountIds: readonly AccountId[]): Promise<AccountId[]> {
    const lock = sql.raw(shareLockOf(db.getExecutor().adapter))
    const query = db.selectFrom('accounts').select('id').where('id', 'in', accountIds).orderBy('id')
    return (await query.modifyEnd(lock).execute()).map(({ id }) => id)
  }

  /** Which of the accounts are known to have been active in the period. */
  async find(
    db: Database,
    accountIds: readonly AccountId[],
    { period, startsAt }: Omit<Active, 'accountId'>,
  ): Promise<Set<AccountId>> {
    const rows = await db
      .selectFrom('account_activity')
      .select('account_id')
      .where('account_id', 'in', accountIds)
      .where('period', '=', period)
      .where('starts_at', '=', startsAt)
      .execute()
    return new Set(rows.map(({ account_id }) => account_id))
  }

  /** @throws TransactionConflict if another server inserts one of them first, so that the transaction runs again */
  async insert(db: Transaction, active: readonly Active[]): Promise<void> {
    const rows = active.map(({ accountId, period, startsAt }) => ({
      account_id: accountId,
      period,
      starts_at: startsAt,
    }))
    await repeatIfTaken(db.insertInto('account_activity').values(rows))
  }

  async deleteByAccount(db: Transaction, accountId: AccountId): Promise<void> {
    await db.deleteFrom('account_activity').where('account_id', '=', accountId).execute()
  }

  /** Deletes rows of periods that started before that time. @returns how many, at most `limit` */
  async deleteOld(
    db: Transaction,
    { period, startedBefore, limit }: { period: ActivityPeriod; startedBefore: number; limit: number },
  ): Promise<number> {
    const old = db.selectFrom('account_activity').where('period', '=', period)
    const first = await old
      .select('starts_at')
      .where('starts_at', '<', startedBefore)
      .orderBy('starts_at')
      .limit(1)
      .executeTakeFirst()
    if (first === undefined) return 0
    const { starts_at } = first
    const rows = await old.select('account_id').where('starts_at', '=', starts_at).limit(limit).execute()
    const ids = rows.map(({ account_id }) => account_id)
    const { numDeletedRows } = await db
      .deleteFrom('account_activity')
      .where('account_id', 'in', ids)
      .where('period', '=', period)
      .where('starts_at', '=', starts_at)
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  }
}
