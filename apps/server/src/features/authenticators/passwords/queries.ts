import { PreparedQuery } from '../../../platform/database/prepared-query.ts'
import type { Database } from '../../../platform/database/tables.ts'
import { PreparedGuard } from '../../../platform/database/write-if.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

/** The statements of a sign-in with a password: built once. */

export const byAccount = new PreparedQuery(
  ['accountId'],
  (db: Database, { accountId }: { readonly accountId: AccountId }) =>
    db.selectFrom('passwords').select(['hash', 'version']).where('account_id', '=', accountId),
)

interface OwnPassword {
  readonly accountId: AccountId
  readonly version: string
}

/** The account is active and still has this password. */
export const hasPassword = new PreparedGuard(
  ['accountId', 'version'],
  (db, { accountId, version }: OwnPassword) =>
    db
      .selectFrom('accounts')
      .innerJoin('passwords', 'passwords.account_id', 'accounts.id')
      .select('accounts.id')
      .where('accounts.id', '=', accountId)
      .where('accounts.status', '=', 'active')
      .where('passwords.version', '=', version),
)
