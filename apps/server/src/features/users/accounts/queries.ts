import { sql } from 'kysely'
import { lockRows } from '../../../platform/database/lock-rows.ts'
import { PreparedQuery } from '../../../platform/database/prepared-query.ts'
import { accountColumns, type Database, type Transaction } from '../../../platform/database/tables.ts'
import type { AccountStatus } from '../../../platform/kernel/account.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

/** The statements of a sign-in: built once, because building them for each sign-in costs measurable time. */

const one = sql<{ one: number }>`(select 1 as one)`.as<'one'>('one')

/**
 * Finds one row in every case. Its columns are null if there is no such account: otherwise the time to read it would
 * reveal that there is one (A34).
 */
function accountOrNulls(column: 'username_canonical' | 'email_canonical') {
  return new PreparedQuery(['value'], (db: Database, { value }: { value: string }) =>
    db
      .selectFrom(one)
      .leftJoin('accounts', (join) => join.on(column, '=', value))
      .select(accountColumns),
  )
}

export const byId = new PreparedQuery(['value'], (db: Database, { value }: { value: AccountId }) =>
  db.selectFrom('accounts').select(accountColumns).where('id', '=', value),
)
export const byUsername = accountOrNulls('username_canonical')
export const byEmail = accountOrNulls('email_canonical')

/** Looks for both forms in one statement, so that its time does not reveal which of them exists (A34). */
export const byPhoneNumber = new PreparedQuery(
  ['value', 'former'],
  (db: Database, { value, former }: { value: string; former: string }) =>
    db
      .selectFrom(one)
      .leftJoin('accounts', (join) => join.on('phone_number', 'in', [value, former]))
      .select(accountColumns),
)

/** Locks the row of an account, if the account has such a status. */
export const locked = {
  active: lockedIf('=', 'active'),
  deleted: lockedIf('=', 'deleted'),
  inactive: lockedIf('!=', 'active'),
  any: lockedIf('is not', null),
}

/** Changes the row of an account in a way that is easily undone, if the account has such a status. */
export const shift = {
  active: shiftIf('=', 'active'),
  deleted: shiftIf('=', 'deleted'),
  inactive: shiftIf('!=', 'active'),
  any: shiftIf('is not', null),
}

type Operator = '=' | '!=' | 'is not'

function lockedIf(operator: Operator, status: AccountStatus | null) {
  return new PreparedQuery(['id'], (db: Database, { id }: { id: AccountId }) =>
    // `AccountsRepository.lock` runs it in a transaction only.
    lockRows(
      db as Transaction,
      db.selectFrom('accounts').select('id').where('id', '=', id).where('status', operator, status),
    ),
  )
}

function shiftIf(operator: Operator, status: AccountStatus | null) {
  return new PreparedQuery(['id', 'by'], (db: Database, { id, by }: { id: AccountId; by: number }) =>
    db
      .updateTable('accounts')
      .set((row) => ({ updated_at: row('updated_at', '+', by) }))
      .where('id', '=', id)
      .where('status', operator, status),
  )
}
