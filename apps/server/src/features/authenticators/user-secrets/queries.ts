import { CoalescedQuery } from '../../../platform/database/coalesced-query.ts'
import { PreparedQuery } from '../../../platform/database/prepared-query.ts'
import { accountColumns, type Database } from '../../../platform/database/tables.ts'
import { PreparedGuard } from '../../../platform/database/write-if.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

/** The statements of a sign-in with a user secret: built once. */

/** One row for each role of the owner and each of its permissions; one row if they have none. */
export const ownersByDigest = new CoalescedQuery({
  names: [],
  build: (db, _values: object, hasKey) =>
    db
      .selectFrom('user_secrets')
      .innerJoin('accounts', 'accounts.id', 'user_secrets.account_id')
      .leftJoin('account_roles', 'account_roles.account_id', 'user_secrets.account_id')
      .leftJoin('role_permissions', 'role_permissions.role', 'account_roles.role')
      .select(accountColumns)
      .select([
        'user_secrets.digest',
        'user_secrets.key_id',
        'account_roles.role',
        'role_permissions.permission',
      ])
      .where(hasKey('user_secrets.digest'))
      .orderBy('account_roles.role'),
  // Found by its digest, so it has one.
  keyOf: ({ digest }) => digest ?? '',
})

export const importedByKeyId = new PreparedQuery(
  ['keyId'],
  (db: Database, { keyId }: { readonly keyId: string }) =>
    db.selectFrom('user_secrets').select(['account_id', 'imported_hash']).where('key_id', '=', keyId),
)

interface OwnSecret {
  readonly accountId: AccountId
  readonly digest: string
}

/** The account is active and still has this secret. */
export const hasSecret = new PreparedGuard(['accountId', 'digest'], (db, { accountId, digest }: OwnSecret) =>
  db
    .selectFrom('accounts')
    .innerJoin('user_secrets', 'user_secrets.account_id', 'accounts.id')
    .select('accounts.id')
    .where('accounts.id', '=', accountId)
    .where('accounts.status', '=', 'active')
    .where('user_secrets.digest', '=', digest),
)
