import { deleteExpired } from '../../../platform/database/delete-expired.ts'
import { repeatIfTaken } from '../../../platform/database/repeat-if-taken.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

/** Where someone has signed in to an account: a device or a network, as a keyed digest. */
export interface Place {
  readonly digest: string
  readonly seenAt: Date
}

export class PlacesRepository {
  /** Latest first. */
  async list(db: Database, accountId: AccountId): Promise<readonly Place[]> {
    const query = db.selectFrom('sign_in_places').select(['digest', 'seen_at'])
    const rows = await query.where('account_id', '=', accountId).orderBy('seen_at', 'desc').execute()
    return rows.map(({ digest, seen_at }) => ({ digest, seenAt: new Date(seen_at) }))
  }

  /** @throws TransactionConflict if another server inserts one of them first, so that the transaction runs again */
  async insert(
    db: Transaction,
    accountId: AccountId,
    digests: readonly string[],
    seenAt: Date,
  ): Promise<void> {
    const rows = digests.map((digest) => ({ account_id: accountId, digest, seen_at: seenAt.getTime() }))
    await repeatIfTaken(db.insertInto('sign_in_places').values(rows))
  }

  async touch(
    db: Transaction,
    accountId: AccountId,
    digests: readonly string[],
    seenAt: Date,
  ): Promise<void> {
    const query = db.updateTable('sign_in_places').set({ seen_at: seenAt.getTime() })
    await query.where('account_id', '=', accountId).where('digest', 'in', digests).execute()
  }

  async delete(db: Transaction, accountId: AccountId, digests: readonly string[]): Promise<void> {
    const query = db.deleteFrom('sign_in_places').where('account_id', '=', accountId)
    await query.where('digest', 'in', digests).execute()
  }

  /** @returns how many were deleted, at most `limit` */
  async deleteOld(db: Transaction, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'sign_in_places', { column: 'seen_at', until, limit })
  }
}
