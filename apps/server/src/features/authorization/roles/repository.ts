import { PreparedQuery } from '../../../platform/database/prepared-query.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

const byAccount = new PreparedQuery(['accountId'], (db: Database, { accountId }: { accountId: AccountId }) =>
  db.selectFrom('account_roles').select('role').where('account_id', '=', accountId).orderBy('role'),
)

export class RolesRepository {
  async insert(db: Database, accountId: AccountId, role: string): Promise<void> {
    await db.insertInto('account_roles').values({ account_id: accountId, role }).execute()
  }

  async replace(db: Transaction, accountId: AccountId, roles: readonly string[]): Promise<void> {
    await db.deleteFrom('account_roles').where('account_id', '=', accountId).execute()
    const rows = roles.map((role) => ({ account_id: accountId, role }))
    if (rows.length > 0) await db.insertInto('account_roles').values(rows).execute()
  }

  /** In alphabetical order. */
  async findByAccount(db: Database, accountId: AccountId): Promise<string[]> {
    const rows = await byAccount.execute(db, { accountId })
    return rows.map(({ role }) => role)
  }
}
