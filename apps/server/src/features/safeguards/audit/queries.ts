import type { Selectable } from 'kysely'
import { PreparedQuery } from '../../../platform/database/prepared-query.ts'
import { insertRow, PreparedWrite } from '../../../platform/database/prepared-write.ts'
import type { AuditEventsTable, Database } from '../../../platform/database/tables.ts'

/** The statements that record an event: built once, because every sign-in runs one. */

type EventRow = Selectable<AuditEventsTable>

const columns = [
  'id',
  'action',
  'outcome',
  'account_id',
  'session_id',
  'method',
  'ip_address',
  'at',
  'occurrences',
] as const satisfies readonly (keyof EventRow)[]

export const insertion = new PreparedWrite<EventRow>([...columns], (db, row, isGuarded) =>
  insertRow(db, 'audit_events', row, isGuarded),
)

/**
 * Names the account only if it still exists. It is looked up even if there is none, so that the time of a refusal does
 * not reveal whether there is one (A34).
 */
export const insertionIfExists = new PreparedQuery([...columns], (db: Database, row: EventRow) =>
  db.insertInto('audit_events').values({
    ...row,
    account_id: db.selectFrom('accounts').select('id').where('id', '=', row.account_id),
  }),
)
