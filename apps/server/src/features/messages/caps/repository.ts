import { deleteExpired } from '../../../platform/database/delete-expired.ts'
import { TransactionConflict } from '../../../platform/database/faults.ts'
import { lockRows } from '../../../platform/database/lock-rows.ts'
import { repeatIfTaken } from '../../../platform/database/repeat-if-taken.ts'
import type { Transaction } from '../../../platform/database/tables.ts'

/** What one cap counts in one window of time. */
export interface Counter {
  /** A digest of what is counted, and of the window. */
  readonly counter: string
  readonly max: number
  /** When it can be deleted, because nothing asks for it any more. */
  readonly endsAt: Date
}

export class MessageCountsRepository {
  /** The counters that exist, and what they have counted. No one else changes them until the transaction ends. */
  async find(db: Transaction, counters: readonly Counter[]): Promise<Map<string, number>> {
    const query = db
      .selectFrom('message_counts')
      .select(['counter', 'counted'])
      .where('counter', 'in', digestsOf(counters))
      .orderBy('counter')
    const rows = await lockRows(db, query).execute()
    return new Map(rows.map(({ counter, counted }) => [counter, counted]))
  }

  /**
   * Adds one to each counter that exists, unless it has reached its maximum in the meantime. The database adds, so that
   * two transactions wait for each other, but do not undo each other.
   * @throws TransactionConflict if a counter was reached in the meantime, so that the transaction runs again
   */
  async increment(db: Transaction, counters: readonly Counter[], existing: number): Promise<void> {
    const { numUpdatedRows } = await db
      .updateTable('message_counts')
      .set((row) => ({ counted: row('counted', '+', 1) }))
      .where((row) =>
        row.or(
          counters.map(({ counter, max }) =>
            row.and([row('counter', '=', counter), row('counted', '<', max)]),
          ),
        ),
      )
      .executeTakeFirstOrThrow()
    if (Number(numUpdatedRows) !== existing) throw new TransactionConflict(new Error('a cap was reached'))
  }

  /** Does the work of `increment`, and counts nothing. */
  async touch(db: Transaction, counters: readonly Counter[]): Promise<void> {
    await db
      .updateTable('message_counts')
      .set((row) => ({ counted: row('counted', '+', 0) }))
      .where('counter', 'in', digestsOf(counters))
      .execute()
  }

  /** @throws TransactionConflict if one exists in the meantime, so that the transaction runs again */
  async insert(db: Transaction, counters: readonly Counter[], counted: number): Promise<void> {
    const rows = counters.map(({ counter, endsAt }) => ({ counter, counted, ends_at: endsAt.getTime() }))
    await repeatIfTaken(db.insertInto('message_counts').values(rows))
  }

  /** @returns how many it deleted, at most `limit` */
  async deleteOld(db: Transaction, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'message_counts', { column: 'ends_at', until, limit })
  }
}

function digestsOf(counters: readonly Counter[]): string[] {
  return counters.map(({ counter }) => counter)
}
