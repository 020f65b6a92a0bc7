import { PreparedQuery } from '../../../platform/database/prepared-query.ts'
import { accountColumns, type Database } from '../../../platform/database/tables.ts'

/** The statements of who calls and who refreshes: so frequent that building them anew each time would show. */

interface CallerValues {
  readonly value: string
  readonly nowMs: number
  readonly idleSinceMs: number
}

const callerValues = ['value', 'nowMs', 'idleSinceMs'] as const

/** A row for each role of the owner, and one where they have none. */
function callers(db: Database, column: 'sessions.id' | 'sessions.code_digest', values: CallerValues) {
  return db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
    .leftJoin('account_roles', 'account_roles.account_id', 'sessions.account_id')
    .select(accountColumns)
    .select(['account_roles.role', 'sessions.id as session_id'])
    .select((row) => row.fn.coalesce('sessions.last_seen_at', 'sessions.created_at').as('seen_at'))
    .where(column, '=', values.value)
    .where('sessions.expires_at', '>', values.nowMs)
    .where((row) =>
      row(row.fn.coalesce('sessions.last_seen_at', 'sessions.created_at'), '>', values.idleSinceMs),
    )
    .where('accounts.status', '=', 'active')
    .orderBy('account_roles.role')
}

export const callerById = new PreparedQuery(callerValues, (db: Database, values: CallerValues) =>
  callers(db, 'sessions.id', values),
)
export const callerByCode = new PreparedQuery(callerValues, (db: Database, values: CallerValues) =>
  callers(db, 'sessions.code_digest', values),
)
export const familyById = new PreparedQuery(callerValues, (db: Database, values: CallerValues) =>
  callers(db, 'sessions.id', values).select([
    'sessions.expires_at',
    'sessions.refresh_key_sealed',
    'sessions.refresh_generation',
    'sessions.refresh_replaced_at',
  ]),
)

interface ReplacementValues {
  readonly id: string
  readonly generation: number
  readonly next: number
  readonly replacedAt: string
  readonly nowMs: number
}

export const replacement = new PreparedQuery(
  ['id', 'generation', 'next', 'replacedAt', 'nowMs'],
  (db: Database, { id, generation, next, replacedAt, nowMs }: ReplacementValues) =>
    db
      .updateTable('sessions')
      .set({ refresh_generation: next, refresh_replaced_at: replacedAt, last_seen_at: nowMs })
      .where('id', '=', id)
      .where('refresh_generation', '=', generation),
)
