import { CoalescedQuery } from '../../../platform/database/coalesced-query.ts'
import { accountColumns } from '../../../platform/database/tables.ts'

/**
 * The statement that finds the caller of an API key: built once, because every request of a program runs it. One row for
 * each role of the account and each of its permissions; one row if it has none. Finds keys that are over too, because
 * they must be deleted when someone uses them.
 */
export const holdersByDigest = new CoalescedQuery({
  names: [],
  build: (db, _values: object, hasKey) =>
    db
      .selectFrom('api_keys')
      .innerJoin('accounts', 'accounts.id', 'api_keys.account_id')
      .leftJoin('account_roles', 'account_roles.account_id', 'api_keys.account_id')
      .leftJoin('role_permissions', 'role_permissions.role', 'account_roles.role')
      .select(accountColumns)
      .select([
        'account_roles.role',
        'role_permissions.permission',
        'api_keys.id as key_id',
        'api_keys.digest',
        'api_keys.permissions',
        'api_keys.allowed_networks',
        'api_keys.expires_at',
        'api_keys.last_used_at',
      ])
      .where(hasKey('api_keys.digest'))
      .where('accounts.status', '=', 'active')
      .orderBy('account_roles.role'),
  keyOf: ({ digest }) => digest,
})
