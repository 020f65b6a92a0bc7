import { changesRows } from '../../../../platform/database/changed-rows.ts'
import { deleteExpired } from '../../../../platform/database/delete-expired.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'

/** A flow as it is stored. */
export interface StoredFlow {
  readonly slot: string
  readonly accountId: AccountId | null
  readonly dataSealed: string
  readonly createdAt: Date
}

export class FlowsRepository {
  async insert(db: Database, { slot, accountId, dataSealed, createdAt }: StoredFlow, expiresAt: Date) {
    const row = {
      slot,
      account_id: accountId,
      data_sealed: dataSealed,
      created_at: createdAt.getTime(),
      expires_at: expiresAt.getTime(),
    }
    await db.insertInto('federation_flows').values(row).execute()
  }

  /** Null if there is none. It may have expired. @param slots one for each master secret */
  async find(db: Database, slots: readonly string[]): Promise<StoredFlow | null> {
    const query = db.selectFrom('federation_flows').selectAll().where('slot', 'in', slots)
    const row = await query.executeTakeFirst()
    if (row === undefined) return null
    const { slot, account_id: accountId, data_sealed: dataSealed, created_at: createdAt } = row
    return { slot, accountId, dataSealed, createdAt: new Date(createdAt) }
  }

  /** @returns whether it was still there: of all who use it at once, one succeeds (I1) */
  async delete(db: Database, slot: string): Promise<boolean> {
    return await changesRows(db.deleteFrom('federation_flows').where('slot', '=', slot))
  }

  /** Those after a slot, sorted by slot. */
  async listSealed(
    db: Database,
    { after, limit }: { readonly after: string; readonly limit: number },
  ): Promise<Pick<StoredFlow, 'slot' | 'dataSealed'>[]> {
    const page = db
      .selectFrom('federation_flows')
      .select(['slot', 'data_sealed'])
      .orderBy('slot')
      .limit(limit)
    const rows = await page.where('slot', '>', after).execute()
    return rows.map(({ slot, data_sealed: dataSealed }) => ({ slot, dataSealed }))
  }

  async replaceSealed(
    db: Database,
    slot: string,
    { read, resealed }: { readonly read: string; readonly resealed: string },
  ): Promise<void> {
    const flow = db.updateTable('federation_flows').set({ data_sealed: resealed }).where('slot', '=', slot)
    await flow.where('data_sealed', '=', read).execute()
  }

  /** @returns how many were deleted, at most `limit` */
  async deleteExpired(db: Transaction, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'federation_flows', { column: 'expires_at', until, limit })
  }
}
