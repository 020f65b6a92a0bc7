import { deleteExpired } from '../../../../platform/database/delete-expired.ts'
import { repeatIfTaken } from '../../../../platform/database/repeat-if-taken.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import type { ContactKind } from '../../../users/accounts/contacts/model.ts'

export interface RecoveryMark {
  readonly kind: ContactKind
  readonly recoveredAt: Date
}

export class RecoveryMarksRepository {
  async replace(db: Transaction, accountId: AccountId, { kind, recoveredAt }: RecoveryMark): Promise<void> {
    await this.delete(db, accountId)
    const row = { account_id: accountId, contact_kind: kind, recovered_at: recoveredAt.getTime() }
    await repeatIfTaken(db.insertInto('recovery_marks').values(row))
  }

  async find(db: Database, accountId: AccountId): Promise<RecoveryMark | null> {
    const query = db.selectFrom('recovery_marks').selectAll().where('account_id', '=', accountId)
    const row = await query.executeTakeFirst()
    return row === undefined ? null : { kind: row.contact_kind, recoveredAt: new Date(row.recovered_at) }
  }

  async delete(db: Transaction, accountId: AccountId): Promise<void> {
    await db.deleteFrom('recovery_marks').where('account_id', '=', accountId).execute()
  }

  /** @returns how many were deleted, at most `limit` */
  async deleteUntil(db: Transaction, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'recovery_marks', { column: 'recovered_at', until, limit })
  }
}
