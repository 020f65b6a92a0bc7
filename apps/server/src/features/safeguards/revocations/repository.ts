import { deleteExpired } from '../../../platform/database/delete-expired.ts'
import type { Transaction } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { Revocation } from './model.ts'

export class RevocationsRepository {
  async insert(db: Transaction, revocations: readonly Revocation[]): Promise<void> {
    if (revocations.length === 0) return
    const rows = revocations.map(({ id, kind, accountId, sessionId, role, kid, revokedAt, expiresAt }) => ({
      id,
      kind,
      account_id: accountId,
      session_id: sessionId,
      role,
      kid,
      batch: null,
      revoked_at: revokedAt.getTime(),
      expires_at: expiresAt.getTime(),
    }))
    await db.insertInto('revocations').values(rows).execute()
  }

  /** Deletes the records of the account. Records of sessions that last beyond `now` stay, without the account. */
  async forget(db: Transaction, accountId: AccountId, now: Date): Promise<void> {
    await db
      .deleteFrom('revocations')
      .where('account_id', '=', accountId)
      .where((row) => row.or([row('kind', '!=', 'session'), row('expires_at', '<=', now.getTime())]))
      .execute()
    await db
      .updateTable('revocations')
      .set({ account_id: null })
      .where('account_id', '=', accountId)
      .execute()
  }

  /** @returns how many were deleted, at most `limit` */
  async deleteExpired(db: Transaction, now: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'revocations', { column: 'expires_at', until: now, limit })
  }
}
