import { PreparedQuery } from '../../../platform/database/prepared-query.ts'
import type { Database } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

/** One row for each role of the account and each of its permissions: built once, because each sign-in runs it. */
export const grantsByAccount = new PreparedQuery(
  ['accountId'],
  (db: Database, { accountId }: { accountId: AccountId }) =>
    db
      .selectFrom('account_roles')
      .leftJoin('role_permissions', 'role_permissions.role', 'account_roles.role')
      .select(['account_roles.role', 'role_permissions.permission'])
      .where('account_roles.account_id', '=', accountId)
      .orderBy('account_roles.role'),
)
