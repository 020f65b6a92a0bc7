import { PreparedQuery } from '../../../platform/database/prepared-query.ts'
import { accountColumns, type Database } from '../../../platform/database/tables.ts'
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

/** Shifts the time of the last change of an active account, which is easily undone. */
export const shiftActive = new PreparedQuery(
  ['id', 'by'],
  (db: Database, { id, by }: { id: AccountId; by: number }) =>
    db
      .updateTable('accounts')
      .set((row) => ({ updated_at: row('updated_at', '+', by) }))
      .where('id', '=', id)
      .where('status', '=', 'active'),
)
