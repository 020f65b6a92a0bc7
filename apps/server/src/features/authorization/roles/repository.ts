import { PreparedQuery } from '../../../platform/database/prepared-query.ts'
import type { Database } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

const byAccount = new PreparedQuery(['accountId'], (db: Database, { accountId }: { accountId: AccountId }) =>
  db.selectFrom('account_roles').select('role').where('account_id', '=', accountId).orderBy('role'),
)

export class RolesRepository {
  async insert(db: Database, accountId: AccountId, role: string): Promise<void> {
    await db.insertInto('account_roles').values({ account_id: accountId, role }).execute()
  }

  /** In alphabetical order. */
  async findByAccount(db: Database, accountId: AccountId): Promise<string[]> {
    const rows = await byAccount.execute(db, { accountId })
    return rows.map(({ role }) => role)
  }
}
