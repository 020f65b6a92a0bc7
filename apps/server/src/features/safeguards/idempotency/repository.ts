import { deleteExpired } from '../../../platform/database/delete-expired.ts'
import { UniqueViolation } from '../../../platform/database/faults.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { Window } from '../../../platform/kernel/time-bounds.ts'

export class IdempotencyRepository {
  /** @returns whether the key was free */
  async insert(db: Transaction, digest: string, createdAt: Date): Promise<boolean> {
    const row = { digest, answer_sealed: null, created_at: createdAt.getTime() }
    try {
      await db.insertInto('idempotency_keys').values(row).execute()
      return true
    } catch (error) {
      if (error instanceof UniqueViolation) return false
      throw error
    }
  }

  async storeAnswer(
    db: Transaction,
    digest: string,
    { sealed, accountId }: { sealed: string; accountId: AccountId | null },
  ): Promise<void> {
    await db
      .updateTable('idempotency_keys')
      .set({ answer_sealed: sealed, account_id: accountId })
      .where('digest', '=', digest)
      .execute()
  }

  async findAnswer(db: Database, digest: string, { after, before }: Window): Promise<string | null> {
    const row = await db
      .selectFrom('idempotency_keys')
      .select('answer_sealed')
      .where('digest', '=', digest)
      .where('created_at', '>', after.getTime())
      .where('created_at', '<', before.getTime())
      .executeTakeFirst()
    return row?.answer_sealed ?? null
  }

  /** @returns how many were deleted, at most `limit` */
  async deleteOld(db: Transaction, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'idempotency_keys', { column: 'created_at', until, limit })
  }

  /** Deletes the answer if it was not stored within the window. */
  async deleteOutside(db: Database, digest: string, { after, before }: Window): Promise<void> {
    await db
      .deleteFrom('idempotency_keys')
      .where('digest', '=', digest)
      .where((row) =>
        row.or([row('created_at', '<=', after.getTime()), row('created_at', '>=', before.getTime())]),
      )
      .execute()
  }

  async deleteByAccount(db: Transaction, accountId: AccountId): Promise<void> {
    await db.deleteFrom('idempotency_keys').where('account_id', '=', accountId).execute()
  }

  /** The keys with an answer, sorted by digest. */
  async listSealed(
    db: Database,
    { after, limit }: { after: string; limit: number },
  ): Promise<{ digest: string; answerSealed: string }[]> {
    const rows = await db
      .selectFrom('idempotency_keys')
      .select(['digest', 'answer_sealed'])
      .where('answer_sealed', 'is not', null)
      .where('digest', '>', after)
      .orderBy('digest')
      .limit(limit)
      .execute()
    return rows.map(({ digest, answer_sealed }) => ({ digest, answerSealed: answer_sealed ?? '' }))
  }

  /** Replaces only the value that was read. */
  async replaceAnswer(
    db: Database,
    digest: string,
    { read, resealed }: { read: string; resealed: string },
  ): Promise<void> {
    await db
      .updateTable('idempotency_keys')
      .set({ answer_sealed: resealed })
      .where('digest', '=', digest)
      .where('answer_sealed', '=', read)
      .execute()
  }
}
