import type { AuditEventRow } from '../../../platform/database/audit-tables.ts'
import { PreparedQuery } from '../../../platform/database/prepared-query.ts'
import { insertRow, PreparedWrite } from '../../../platform/database/prepared-write.ts'
import type { Database } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

/** The statements that record an event: built once, because every sign-in runs one. */

/** What is written with the event. The sealing and an erasure fill the other columns. */
export type WrittenRow = Omit<AuditEventRow, 'block' | 'subject_digest' | 'origin_digest'>

const columns = [
  'id',
  'action',
  'outcome',
  'account_id',
  'actor_id',
  'credential_id',
  'target',
  'session_id',
  'method',
  'reason',
  'request_id',
  'ip_address',
  'device',
  'changes',
  'at',
  'occurrences',
] as const satisfies readonly (keyof WrittenRow)[]

export const insertion = new PreparedWrite<WrittenRow>([...columns], (db, row, isGuarded) =>
  insertRow(db, 'audit_events', row, isGuarded),
)

/**
 * Names the account and the caller only if they still exist. They are looked up even if there are none, so that the time
 * of a refusal does not reveal whether there is an account (A34).
 */
export const insertionIfExists = new PreparedQuery([...columns], (db: Database, row: WrittenRow) =>
  db.insertInto('audit_events').values({
    ...row,
    account_id: existing(db, row.account_id),
    actor_id: existing(db, row.actor_id),
  }),
)

function existing(db: Database, id: AccountId | null) {
  return db.selectFrom('accounts').select('id').where('id', '=', id)
}
