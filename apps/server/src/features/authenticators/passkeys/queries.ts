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
    sql<SqlBool>`not exists (select 1 from passkeys where account_id = ${accountId})`,
)

export const byAccount = new PreparedQuery(['accountId'], (db: Database, { accountId }: OfAccount) =>
  db.selectFrom('passkeys').selectAll().where('account_id', '=', accountId).orderBy('id'),
)

export const byCredential = new PreparedQuery(
  ['credentialDigest'],
  (db: Database, { credentialDigest }: { readonly credentialDigest: string }) =>
    db.selectFrom('passkeys').selectAll().where('credential_digest', '=', credentialDigest),
)
