import { PreparedQuery } from '../../../platform/database/prepared-query.ts'
import { accountColumns, type Database } from '../../../platform/database/tables.ts'
import type { AccountStatus } from '../../../platform/kernel/account.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

/** The statements of a sign-in: built once, because building them for each sign-in costs measurable time. */

const columnOf = {
  username: 'username_canonical',
  email: 'email_canonical',
  phone_number: 'phone_number',
} as const

function accountBy(column: 'id' | (typeof columnOf)[keyof typeof columnOf]) {
  return new PreparedQuery(['value'], (db: Database, { value }: { value: string }) =>
    db.selectFrom('accounts').select(accountColumns).where(column, '=', value),
  )
}

export const byId = accountBy('id')
export const byIdentifier = {
  username: accountBy(columnOf.username),
  email: accountBy(columnOf.email),
  phone_number: accountBy(columnOf.phone_number),
}

/** Changes the row of an account in a way that is easily undone, if the account has the status. */
export const shift = new PreparedQuery(
  ['id', 'status', 'by'],
  (db: Database, { id, status, by }: { id: AccountId; status: AccountStatus; by: number }) =>
    db
      .updateTable('accounts')
      .set((row) => ({ updated_at: row('updated_at', '+', by) }))
      .where('id', '=', id)
      .where('status', '=', status),
)
