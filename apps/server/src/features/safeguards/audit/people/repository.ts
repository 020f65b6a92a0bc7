import { type RawBuilder, sql } from 'kysely'
import type { AuditEventRow } from '../../../../platform/database/audit-tables.ts'
import { changesRows } from '../../../../platform/database/changed-rows.ts'
import { repeatIfTaken } from '../../../../platform/database/repeat-if-taken.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { AccountId, AuditEventId } from '../../../../platform/kernel/ids.ts'
import type { Person } from './model.ts'

const chain = 'main'

/** Which part of an event an erasure replaces with its digest. */
export type Part = 'subject' | 'origin'

export interface Replaced {
  readonly id: AuditEventId
  readonly digest: string
}

export class AuditPeopleRepository {
  /** Waits until no one else changes the chain. It changes a row, because that is a lock on a Galera cluster too. */
  async lockChain(db: Transaction): Promise<void> {
    const turn = db
      .updateTable('audit_chain')
      .set((row) => ({ turns: row('turns', '+', 1) }))
      .where('name', '=', chain)
    if (await changesRows(turn)) return
    await repeatIfTaken(db.insertInto('audit_chain').values({ name: chain, turns: 1 }))
  }

  async find(db: Database, accountIds: readonly AccountId[]): Promise<Person[]> {
    if (accountIds.length === 0) return []
    return await db.selectFrom('audit_people').selectAll().where('account_id', 'in', accountIds).execute()
  }

  async insert(db: Transaction, people: readonly Person[]): Promise<void> {
    if (people.length > 0)
      await db
        .insertInto('audit_people')
        .values([...people])
        .execute()
  }

  async delete(db: Transaction, accountId: AccountId): Promise<void> {
    await db.deleteFrom('audit_people').where('account_id', '=', accountId).execute()
  }

  async hasEvents(db: Database, accountId: AccountId): Promise<boolean> {
    return (await this.listAbout(db, accountId, 1)).length + (await this.listBy(db, accountId, 1)).length > 0
  }

  /** Events that are about the account. */
  async listAbout(db: Database, accountId: AccountId, limit: number): Promise<AuditEventRow[]> {
    return await db
      .selectFrom('audit_events')
      .selectAll()
      .where('account_id', '=', accountId)
      .limit(limit)
      .execute()
  }

  /** Events whose caller was the account. */
  async listBy(db: Database, accountId: AccountId, limit: number): Promise<AuditEventRow[]> {
    return await db
      .selectFrom('audit_events')
      .selectAll()
      .where('actor_id', '=', accountId)
      .limit(limit)
      .execute()
  }

  /** Removes what the events say about the account, and keeps its digest. */
  async replaceSubject(db: Transaction, pseudonym: AccountId, replaced: readonly Replaced[]): Promise<void> {
    if (replaced.length === 0) return
    await db
      .updateTable('audit_events')
      .set({ account_id: pseudonym, session_id: null, changes: null, subject_digest: digestById(replaced) })
      .where('id', 'in', idsOf(replaced))
      .execute()
  }

  /** The same for what they say about the caller. */
  async replaceOrigin(
    db: Transaction,
    { account_id, pseudonym }: Person,
    replaced: readonly Replaced[],
  ): Promise<void> {
    if (replaced.length === 0) return
    await db
      .updateTable('audit_events')
      .set({
        actor_id: sql<AccountId | null>`case when actor_id = ${account_id} then ${pseudonym} else actor_id end`,
        credential_id: null,
        request_id: null,
        ip_address: null,
        device: null,
        origin_digest: digestById(replaced),
      })
      .where('id', 'in', idsOf(replaced))
      .execute()
  }
}

function idsOf(replaced: readonly Replaced[]): AuditEventId[] {
  return replaced.map(({ id }) => id)
}

/** One statement for many rows, each with a value of its own. */
function digestById(replaced: readonly Replaced[]): RawBuilder<string> {
  const cases = replaced.map(({ id, digest }) => sql`when ${id} then ${digest}`)
  return sql<string>`case id ${sql.join(cases, sql` `)} end`
}
