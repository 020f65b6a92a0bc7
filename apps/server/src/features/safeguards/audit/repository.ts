import { type ExpressionBuilder, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { AuditEventRow } from '../../../platform/database/audit-tables.ts'
import { insertAll } from '../../../platform/database/insert-rows.ts'
import type { Write } from '../../../platform/database/prepared-write.ts'
import type { Database, Tables, Transaction } from '../../../platform/database/tables.ts'
import { type AccountId, type AuditEventId, noAccountId } from '../../../platform/kernel/ids.ts'
import type {
  AuditAction,
  AuditOutcome,
  Changes,
  EventFilter,
  OwnEventFilter,
  RecordedEvent,
} from './model.ts'
import { insertion, insertionIfExists, type WrittenRow } from './queries.ts'

/** An event to store. `occurrences` is null unless it stands for a sum. */
export interface NewEvent extends Omit<RecordedEvent, 'occurrences' | 'block'> {
  readonly occurrences: number | null
}

/** Where an event is in the list. */
export type Position = Pick<RecordedEvent, 'at' | 'id'>

/** The sealing and an erasure fill these later. */
const notSealed = { block: null, subject_digest: null, origin_digest: null }

export class AuditRepository {
  insertion(event: NewEvent, onStored?: () => void): Write {
    return insertion.with(rowOf(event), onStored)
  }

  async insertAll(db: Transaction, events: readonly NewEvent[]): Promise<void> {
    await insertAll(
      db,
      'audit_events',
      events.map((event) => ({ ...rowOf(event), ...notSealed })),
    )
  }

  /** Stores the event. It names the account and the caller only if they still exist. */
  async insertIfExists(db: Database, event: NewEvent): Promise<void> {
    const row = rowOf(event)
    const ids = { account_id: row.account_id ?? noAccountId, actor_id: row.actor_id ?? noAccountId }
    await insertionIfExists.change(db, { ...row, ...ids })
  }

  async find(db: Database, id: AuditEventId): Promise<RecordedEvent | null> {
    const row = await db.selectFrom('audit_events').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? null : toEvent(row)
  }

  async addressesOf(db: Database, accountId: AccountId): Promise<string[]> {
    const rows = await db
      .selectFrom('audit_events')
      .select('ip_address')
      .distinct()
      .where('account_id', '=', accountId)
      .where('ip_address', 'is not', null)
      .execute()
    return rows.map(({ ip_address }) => ip_address ?? '')
  }

  /** In the order of the trail. */
  async listSealed(db: Database, { after, upTo }: { after: number; upTo: number }): Promise<RecordedEvent[]> {
    const rows = await db
      .selectFrom('audit_events')
      .selectAll()
      .where('block', '>', after)
      .where('block', '<=', upTo)
      .orderBy('block')
      .orderBy('id')
      .execute()
    return rows.map(toEvent)
  }

  /** Newest first. */
  async search(
    db: Database,
    filter: EventFilter,
    { before, limit }: { before: Position | null; limit: number },
  ): Promise<RecordedEvent[]> {
    const { from, to } = filter
    let query = db.selectFrom('audit_events').selectAll()
    for (const condition of conditionsOf(filter)) query = query.where(condition)
    if (from !== null) query = query.where('at', '>=', from.getTime())
    if (to !== null) query = query.where('at', '<', to.getTime())
    if (before !== null) query = query.where(isBefore(before))
    const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute()
    return rows.map(toEvent)
  }

  /** Newest first. */
  async listOf(
    db: Database,
    accountId: AccountId,
    { actions, from, to }: OwnEventFilter,
    { before, limit }: { before: Position | null; limit: number },
  ): Promise<RecordedEvent[]> {
    let query = db.selectFrom('audit_events').selectAll().where('account_id', '=', accountId)
    if (actions !== null) query = query.where('action', 'in', actions)
    if (from !== null) query = query.where('at', '>=', from.getTime())
    if (to !== null) query = query.where('at', '<', to.getTime())
    if (before !== null) query = query.where(isBefore(before))
    const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute()
    return rows.map(toEvent)
  }

  /** Oldest first. */
  async list(
    db: Database,
    accountId: AccountId,
    { after, limit }: { after: Position | null; limit: number },
  ): Promise<RecordedEvent[]> {
    const all = db
      .selectFrom('audit_events')
      .selectAll()
      .where('account_id', '=', accountId)
      .orderBy('at')
      .orderBy('id')
      .limit(limit)
    const page = after === null ? all : all.where(isAfter(after))
    return (await page.execute()).map(toEvent)
  }
}

/** As two conditions and not as one of a pair, because SQLite and MariaDB find no index for that. */
function isAfter({ at, id }: Position) {
  return (row: ExpressionBuilder<Tables, 'audit_events'>) =>
    row.and([row('at', '>=', at.getTime()), row.or([row('at', '>', at.getTime()), row('id', '>', id)])])
}

function isBefore({ at, id }: Position) {
  return (row: ExpressionBuilder<Tables, 'audit_events'>) =>
    row.and([row('at', '<=', at.getTime()), row.or([row('at', '<', at.getTime()), row('id', '<', id)])])
}

/**
 * The filters, the one that leaves the fewest rows first. Only that one may use an index, and a pair of action and outcome,
 * which has one. SQLite knows nothing of how often a value occurs, and would take the index of an outcome that nearly all
 * events have.
 */
function conditionsOf(filter: EventFilter): RawBuilder<SqlBool>[] {
  const given = [
    ['request_id', filter.requestId],
    ['account_id', filter.accountId],
    ['actor_id', filter.actorId],
    ['ip_address', filter.ipAddress],
    ['action', filter.action],
    ['outcome', filter.outcome],
    ['reason', filter.reason],
  ] as const
  const set = given.filter(([, value]) => value !== null)
  const isPair = set[0]?.[0] === 'action'
  return set.map(([column, value], index) => {
    const isEqual = sql<SqlBool>`${sql.ref(column)} = ${value}`
    return index === 0 || isPair ? isEqual : sql<SqlBool>`case when ${isEqual} then 1 else 0 end = 1`
  })
}

function rowOf(event: NewEvent): WrittenRow {
  return {
    id: event.id,
    action: event.action,
    outcome: event.outcome,
    account_id: event.accountId,
    actor_id: event.actorId,
    credential_id: event.credentialId,
    target: event.target,
    session_id: event.sessionId,
    method: event.method,
    reason: event.reason,
    request_id: event.requestId,
    ip_address: event.ipAddress,
    device: event.device,
    changes: event.changes && JSON.stringify(event.changes),
    at: event.at.getTime(),
    occurrences: event.occurrences,
  }
}

function toEvent(row: AuditEventRow): RecordedEvent {
  return {
    id: row.id,
    action: row.action as AuditAction,
    outcome: row.outcome as AuditOutcome,
    accountId: row.account_id,
    actorId: row.actor_id,
    credentialId: row.credential_id,
    target: row.target,
    sessionId: row.session_id,
    method: row.method,
    reason: row.reason,
    requestId: row.request_id,
    ipAddress: row.ip_address,
    device: row.device,
    changes: row.changes === null ? null : (JSON.parse(row.changes) as Changes),
    at: new Date(row.at),
    occurrences: row.occurrences ?? 1,
    block: row.block,
  }
}
