import { changesRows } from '../../../../platform/database/changed-rows.ts'
import { deleteExpired } from '../../../../platform/database/delete-expired.ts'
import { repeatIfTaken } from '../../../../platform/database/repeat-if-taken.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { Ceremony, CeremonyPurpose } from './model.ts'

export class CeremoniesRepository {
  /** In place of the one that the slot has. */
  async replace(db: Transaction, slot: string, ceremony: Ceremony, expiresAt: Date): Promise<void> {
    const { accountId, challenge, createdAt, purpose } = ceremony
    await db.deleteFrom('passkey_ceremonies').where('slot', '=', slot).execute()
    const row = {
      slot,
      account_id: accountId,
      purpose,
      challenge,
      created_at: createdAt.getTime(),
      expires_at: expiresAt.getTime(),
    }
    await repeatIfTaken(db.insertInto('passkey_ceremonies').values(row))
  }

  /** Null if there is none. It may have expired. */
  async find(db: Database, slot: string): Promise<Ceremony | null> {
    const query = db.selectFrom('passkey_ceremonies').selectAll().where('slot', '=', slot)
    const row = await query.executeTakeFirst()
    if (row === undefined) return null
    return {
      accountId: row.account_id,
      purpose: row.purpose as CeremonyPurpose,
      challenge: row.challenge,
      createdAt: new Date(row.created_at),
    }
  }

  /** @returns whether the slot still had this challenge: of all who answer it at once, one succeeds (I1, A99) */
  async delete(db: Database, slot: string, challenge: string): Promise<boolean> {
    return await changesRows(
      db.deleteFrom('passkey_ceremonies').where('slot', '=', slot).where('challenge', '=', challenge),
    )
  }

  /** @returns how many were deleted, at most `limit` */
  async deleteExpired(db: Transaction, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'passkey_ceremonies', { column: 'expires_at', until, limit })
  }
}
