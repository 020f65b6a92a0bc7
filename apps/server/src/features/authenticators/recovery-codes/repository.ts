import { changesRows } from '../../../platform/database/changed-rows.ts'
import { insertAll } from '../../../platform/database/insert-rows.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

export class RecoveryCodesRepository {
  async insertAll(
    db: Transaction,
    accountId: AccountId,
    digests: readonly string[],
    createdAt: Date,
  ): Promise<void> {
    const rows = digests.map((digest) => ({ digest, account_id: accountId, created_at: createdAt.getTime() }))
    await insertAll(db, 'recovery_codes', rows)
  }

  async has(db: Database, accountId: AccountId, digest: string): Promise<boolean> {
    const row = await db
      .selectFrom('recovery_codes')
      .select('digest')
      .where('digest', '=', digest)
      .where('account_id', '=', accountId)
      .executeTakeFirst()
    return row !== undefined
  }

  /** @returns whether the account had this code: of all who use it at once, one succeeds (I1) */
  async delete(db: Transaction, accountId: AccountId, digest: string): Promise<boolean> {
    return await changesRows(
      db.deleteFrom('recovery_codes').where('digest', '=', digest).where('account_id', '=', accountId),
    )
  }

  async deleteByAccount(db: Transaction, accountId: AccountId): Promise<void> {
    await db.deleteFrom('recovery_codes').where('account_id', '=', accountId).execute()
  }

  async count(db: Database, accountId: AccountId): Promise<number> {
    const query = db.selectFrom('recovery_codes').select('digest').where('account_id', '=', accountId)
    return (await query.execute()).length
  }
}
