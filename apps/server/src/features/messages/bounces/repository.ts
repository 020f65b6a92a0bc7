import { changesRows } from '../../../platform/database/changed-rows.ts'
import { deleteExpired } from '../../../platform/database/delete-expired.ts'
import { repeatIfTaken } from '../../../platform/database/repeat-if-taken.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'

export class BouncesRepository {
  /** When each of these addresses bounced last. Those that never did are absent. */
  async find(db: Database, digests: readonly string[]): Promise<Map<string, Date>> {
    const query = db.selectFrom('bounced_addresses').select(['address_digest', 'bounced_at'])
    const rows = await query.where('address_digest', 'in', digests).execute()
    return new Map(rows.map((row) => [row.address_digest, new Date(row.bounced_at)]))
  }

  /** Only to a later time: reports may arrive in any order. @returns whether it changed */
  async postpone(db: Transaction, digest: string, at: Date): Promise<boolean> {
    const bounced_at = at.getTime()
    const query = db.updateTable('bounced_addresses').set({ bounced_at })
    return await changesRows(query.where('address_digest', '=', digest).where('bounced_at', '<', bounced_at))
  }

  /** @throws TransactionConflict if another request adds it first, so that the transaction runs again */
  async insert(db: Transaction, address_digest: string, at: Date): Promise<void> {
    const row = { address_digest, bounced_at: at.getTime() }
    await repeatIfTaken(db.insertInto('bounced_addresses').values(row))
  }

  /** @returns how many it deleted, at most `limit` */
  async deleteOld(db: Transaction, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'bounced_addresses', { column: 'bounced_at', until, limit })
  }
}
