import { type SqlBool, sql } from 'kysely'
import { PreparedQuery } from '../../../platform/database/prepared-query.ts'
import type { Database } from '../../../platform/database/tables.ts'
import { PreparedCondition } from '../../../platform/database/write-if.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

/** The statements of a sign-in: built once. */

interface OfAccount {
  readonly accountId: AccountId
}

export const hasNone = new PreparedCondition(
  ['accountId'],
  (_db, { accountId }: OfAccount) =>
    sql<SqlBool>`not exists (select 1 from totp_secrets where account_id = ${accountId} and state = 'confirmed')`,
)

export const byAccount = new PreparedQuery(['accountId'], (db: Database, { accountId }: OfAccount) =>
  db.selectFrom('totp_secrets').selectAll().where('account_id', '=', accountId),
)
