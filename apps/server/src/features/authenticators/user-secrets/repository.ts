import { changesRows } from '../../../platform/database/changed-rows.ts'
import { PreparedQuery } from '../../../platform/database/prepared-query.ts'
import type { Database } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

const ownerByDigest = new PreparedQuery(['digest'], (db: Database, { digest }: { digest: string }) =>
  db.selectFrom('user_secrets').select('account_id').where('digest', '=', digest),
)

export class UserSecretsRepository {
  async insert(db: Database, accountId: AccountId, digest: string, createdAt: Date): Promise<void> {
    await db
      .insertInto('user_secrets')
      .values({ account_id: accountId, digest, created_at: createdAt.getTime() })
      .execute()
  }

  /** @returns whether the account had one */
  async replace(db: Database, accountId: AccountId, digest: string, createdAt: Date): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('user_secrets')
        .set({ digest, created_at: createdAt.getTime() })
        .where('account_id', '=', accountId),
    )
  }

  async findAccountId(db: Database, digest: string): Promise<AccountId | null> {
    const [row] = await ownerByDigest.execute(db, { digest })
    return row === undefined ? null : row.account_id
  }

  async findCreatedAt(db: Database, accountId: AccountId): Promise<Date | null> {
    const row = await db
      .selectFrom('user_secrets')
      .select('created_at')
      .where('account_id', '=', accountId)
      .executeTakeFirst()
    return row === undefined ? null : new Date(row.created_at)
  }
}
