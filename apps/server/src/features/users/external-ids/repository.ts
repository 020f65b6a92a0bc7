import { changesRows } from '../../../platform/database/changed-rows.ts'
import { repeatIfTaken } from '../../../platform/database/repeat-if-taken.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { ExternalId, OwnedExternalId } from './model.ts'

export class ExternalIdsRepository {
  /** Those of the ids that an account has. */
  async findOwners(db: Database, source: string, ids: readonly string[]): Promise<OwnedExternalId[]> {
    if (ids.length === 0) return []
    const rows = await db
      .selectFrom('external_ids')
      .selectAll()
      .where('source', '=', source)
      .where('external_id', 'in', ids)
      .execute()
    return rows.map((row) => ({ accountId: row.account_id, source: row.source, id: row.external_id }))
  }

  async listByAccount(db: Database, accountId: AccountId): Promise<ExternalId[]> {
    const rows = await db
      .selectFrom('external_ids')
      .select(['source', 'external_id'])
      .where('account_id', '=', accountId)
      .orderBy('source')
      .orderBy('external_id')
      .execute()
    return rows.map((row) => ({ source: row.source, id: row.external_id }))
  }

  /** Those of many accounts that are from one source. */
  async listBySource(
    db: Database,
    source: string,
    accountIds: readonly AccountId[],
  ): Promise<OwnedExternalId[]> {
    if (accountIds.length === 0) return []
    const rows = await db
      .selectFrom('external_ids')
      .selectAll()
      .where('account_id', 'in', accountIds)
      .where('source', '=', source)
      .execute()
    return rows.map((row) => ({ accountId: row.account_id, source: row.source, id: row.external_id }))
  }

  /** @throws TransactionConflict if another request adds one of them first, so that the transaction runs again */
  async insert(db: Transaction, owned: readonly OwnedExternalId[]): Promise<void> {
    if (owned.length === 0) return
    const rows = owned.map(({ accountId, source, id }) => ({
      account_id: accountId,
      source,
      external_id: id,
    }))
    await repeatIfTaken(db.insertInto('external_ids').values(rows))
  }

  async move(db: Transaction, from: AccountId, to: AccountId): Promise<void> {
    const row = db.updateTable('external_ids').set({ account_id: to })
    await row.where('account_id', '=', from).execute()
  }

  /** Takes the next number of the source. Other transactions that take one wait until this one ends. */
  async takeNumber(db: Transaction, source: string): Promise<number> {
    const next = db
      .updateTable('external_id_counters')
      .set((row) => ({ last_number: row('last_number', '+', 1) }))
      .where('source', '=', source)
    if (await changesRows(next)) {
      const row = db.selectFrom('external_id_counters').select('last_number').where('source', '=', source)
      return (await row.executeTakeFirstOrThrow()).last_number
    }
    await this.#insertCounter(db, source, 1)
    return 1
  }

  /** Makes sure that no number up to this one is taken again. */
  async raiseCounter(db: Transaction, source: string, number: number): Promise<void> {
    const counter = db.updateTable('external_id_counters').where('source', '=', source)
    const raised = counter.set({ last_number: number }).where('last_number', '<', number)
    if (await changesRows(raised)) return
    const found = db.selectFrom('external_id_counters').select('source').where('source', '=', source)
    if ((await found.executeTakeFirst()) === undefined) await this.#insertCounter(db, source, number)
  }

  async #insertCounter(db: Transaction, source: string, last_number: number): Promise<void> {
    await repeatIfTaken(db.insertInto('external_id_counters').values({ source, last_number }))
  }
}
