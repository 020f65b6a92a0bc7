import { expressionBuilder, type Insertable, type SqlBool, sql } from 'kysely'
import { CoalescedQuery } from '../../../platform/database/coalesced-query.ts'
import { PreparedQuery } from '../../../platform/database/prepared-query.ts'
import { insertRow, PreparedWrite } from '../../../platform/database/prepared-write.ts'
import type { SessionsTable } from '../../../platform/database/session-tables.ts'
import { accountColumns, type Database, type Tables } from '../../../platform/database/tables.ts'
import { PreparedCondition } from '../../../platform/database/write-if.ts'
import type { AccountId, SessionId } from '../../../platform/kernel/ids.ts'

/** The statements that find a caller and refresh a session: built once, because nearly every request runs one. */

/** The time of the request, and the time since which the session must have been used. */
export interface MomentValues {
  readonly nowMs: number
  readonly idleSinceMs: number
  readonly latestEndMs: number
}

/** True if the session is usable: neither past its end nor idle for too long. `isOver` in expiry.ts asks the same. */
export function isUsable({ nowMs, idleSinceMs, latestEndMs }: MomentValues) {
  const row = expressionBuilder<Tables, 'sessions'>()
  return row.and([
    row('sessions.expires_at', '>', nowMs),
    row('sessions.expires_at', '<=', latestEndMs),
    row('sessions.last_seen_at', '>', idleSinceMs),
  ])
}

/**
 * One row for each role of the owner and each of its permissions; one row if they have none. Finds sessions that are over
 * too, because they must be ended when someone uses them.
 */
function callers(db: Database) {
  return db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
    .leftJoin('account_roles', 'account_roles.account_id', 'sessions.account_id')
    .leftJoin('clients', 'clients.id', 'sessions.client_id')
    .leftJoin('role_permissions', 'role_permissions.role', 'account_roles.role')
    .select(accountColumns)
    .select([
      'account_roles.role',
      'role_permissions.permission',
      'sessions.id as session_id',
      'sessions.amr',
      'sessions.authenticated_at',
      'sessions.factor_status',
      'sessions.expires_at',
      'sessions.last_seen_at',
      'sessions.client_id',
      'sessions.scope',
      'sessions.grant_id',
      'sessions.impersonator_id',
      'sessions.impersonator_session_id',
      'sessions.impersonation_reason',
      'clients.scope as client_scope',
    ])
    .where('accounts.status', '=', 'active')
    .orderBy('account_roles.role')
}

export const callersById = new CoalescedQuery({
  names: [],
  build: (db, _values: object, hasKey) => callers(db).where(hasKey('sessions.id')),
  keyOf: ({ session_id: id }) => id,
})

export const callersByCode = new CoalescedQuery({
  names: [],
  build: (db, _values: object, hasKey) =>
    callers(db).where(hasKey('sessions.code_digest')).select('sessions.code_digest'),
  keyOf: ({ code_digest: digest }) => digest ?? '',
})

export const familiesById = new CoalescedQuery({
  names: [],
  build: (db, _values: object, hasKey) =>
    callers(db)
      .where(hasKey('sessions.id'))
      .select(['sessions.refresh_key_sealed', 'sessions.refresh_generation', 'sessions.refresh_replaced_at']),
  keyOf: ({ session_id: id }) => id,
})

interface ReplacementValues {
  readonly id: SessionId
  readonly generation: number
  readonly next: number
  readonly replacedAt: string
  readonly nowMs: number
  readonly today: number
}

export const replacement = new PreparedQuery(
  ['id', 'generation', 'next', 'replacedAt', 'nowMs', 'today'],
  (db: Database, { id, generation, next, replacedAt, nowMs, today }: ReplacementValues) =>
    db
      .updateTable('sessions')
      .set({
        refresh_generation: next,
        refresh_replaced_at: replacedAt,
        last_seen_at: nowMs,
        last_seen_day: today,
      })
      .where('id', '=', id)
      .where('refresh_generation', '=', generation),
)

export type SessionRow = Insertable<SessionsTable>

export const insertion = new PreparedWrite<Required<SessionRow>>(
  [
    'id',
    'account_id',
    'amr',
    'authenticated_at',
    'second_factor_at',
    'factor_status',
    'ip_address',
    'user_agent',
    'created_at',
    'last_seen_at',
    'last_seen_day',
    'expires_at',
    'code_digest',
    'refresh_key_sealed',
    'refresh_generation',
    'refresh_replaced_at',
    'client_id',
    'scope',
    'grant_id',
    'parent_session_id',
    'impersonator_id',
    'impersonator_session_id',
    'impersonation_reason',
  ],
  (db, row, isGuarded) => insertRow(db, 'sessions', row, isGuarded),
)

/** True if the account has fewer sessions than `few`. It counts no more than that. */
export const hasFew = new PreparedCondition(
  ['accountId', 'few'],
  (_db, { accountId, few }: { readonly accountId: AccountId; readonly few: number }) =>
    sql<SqlBool>`(select count(*) from (select id from sessions where account_id = ${accountId} limit ${few}) as own) < ${few}`,
)
