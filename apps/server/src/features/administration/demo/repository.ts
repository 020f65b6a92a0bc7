import { insertAll } from '../../../platform/database/insert-rows.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { type AccountId, type AuditEventId, newIdAt } from '../../../platform/kernel/ids.ts'
import type { Addition } from '../statistics/model.ts'
import { demoBlock, demoSource } from './model.ts'

/** A made-up event. */
export interface EventRow {
  readonly action: string
  readonly outcome: string
  readonly accountId: AccountId | null
  readonly actorId: AccountId | null
  readonly method: string | null
  readonly reason: string | null
  readonly ipAddress: string
  readonly device: string
  readonly at: number
}

/** MariaDB and PostgreSQL accept more ids in one statement. */
const idsAtOnce = 500

/** Writes and deletes made-up people, and what they do. They are marked, so that nothing else is deleted. */
export class DemoRepository {
  async insertExternalIds(db: Transaction, ids: readonly AccountId[]): Promise<void> {
    const rows = ids.map((account_id, index) => ({
      account_id,
      source: demoSource,
      external_id: String(index + 1),
    }))
    await insertAll(db, 'external_ids', rows)
  }

  /** Events outside the chain. */
  async insertEvents(db: Transaction, events: readonly EventRow[]): Promise<void> {
    const rows = events.map((event) => ({
      id: newIdAt<AuditEventId>(new Date(event.at)),
      action: event.action,
      outcome: event.outcome,
      account_id: event.accountId,
      actor_id: event.actorId,
      method: event.method,
      reason: event.reason,
      ip_address: event.ipAddress,
      device: event.device,
      at: event.at,
      block: demoBlock,
      ...absent,
    }))
    await insertAll(db, 'audit_events', rows)
  }

  async insertFigures(db: Transaction, additions: readonly Addition[]): Promise<void> {
    const rows = additions.map(({ amount, startsAt, ...what }) => ({
      ...what,
      starts_at: startsAt,
      origin: 'demo' as const,
      counted: amount,
    }))
    await insertAll(db, 'statistics', rows)
  }

  async hasPeople(db: Database): Promise<boolean> {
    return (await this.listPeople(db, 1)).length > 0
  }

  async listPeople(db: Database, limit: number): Promise<AccountId[]> {
    const rows = await db
      .selectFrom('external_ids')
      .select('account_id')
      .where('source', '=', demoSource)
      .limit(limit)
      .execute()
    return rows.map(({ account_id }) => account_id)
  }

  /** @returns how many */
  async deleteEvents(db: Transaction): Promise<number> {
    const { numDeletedRows } = await db
      .deleteFrom('audit_events')
      .where('block', '=', demoBlock)
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  }

  /** @returns how many people the figures had */
  async deleteFigures(db: Transaction): Promise<number> {
    const demo = db.selectFrom('statistics').where('origin', '=', 'demo')
    const row = await demo
      .select((of) => of.fn.sum<number | string | null>('counted').as('people'))
      .where('figure', '=', 'people')
      .where('period', '=', 'day')
      .executeTakeFirst()
    await db.deleteFrom('statistics').where('origin', '=', 'demo').execute()
    return Number(row?.people ?? 0)
  }

  /** Those of the accounts that an event names. */
  async withEvents(db: Database, ids: readonly AccountId[]): Promise<Set<AccountId>> {
    const found = new Set<AccountId>()
    for (let at = 0; at < ids.length; at += idsAtOnce)
      for (const id of await this.#withEventsAmong(db, ids.slice(at, at + idsAtOnce))) found.add(id)
    return found
  }

  async #withEventsAmong(db: Database, ids: readonly AccountId[]): Promise<AccountId[]> {
    const about = await db
      .selectFrom('audit_events')
      .select('account_id as id')
      .distinct()
      .where('account_id', 'in', ids)
      .execute()
    const by = await db
      .selectFrom('audit_events')
      .select('actor_id as id')
      .distinct()
      .where('actor_id', 'in', ids)
      .execute()
    return [...about, ...by].flatMap(({ id }) => (id === null ? [] : [id]))
  }

  /** Deletes accounts that nothing but their own rows names. */
  async deletePeople(db: Transaction, ids: readonly AccountId[]): Promise<void> {
    for (let at = 0; at < ids.length; at += idsAtOnce)
      await db
        .deleteFrom('accounts')
        .where('id', 'in', ids.slice(at, at + idsAtOnce))
        .execute()
  }
}

const absent = {
  credential_id: null,
  target: null,
  session_id: null,
  request_id: null,
  changes: null,
  occurrences: null,
  subject_digest: null,
  origin_digest: null,
}
