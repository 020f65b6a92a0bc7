import type { Selectable } from 'kysely'
import { changesRows } from '../../../platform/database/changed-rows.ts'
import { deleteExpired } from '../../../platform/database/delete-expired.ts'
import type { TrustedDevicesTable } from '../../../platform/database/factor-tables.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId, TrustedDeviceId } from '../../../platform/kernel/ids.ts'
import type { TrustedDevice } from './model.ts'

export class TrustedDevicesRepository {
  async insert(db: Transaction, device: TrustedDevice, digest: string): Promise<void> {
    await db
      .insertInto('trusted_devices')
      .values({
        id: device.id,
        account_id: device.accountId,
        digest,
        user_agent: device.userAgent,
        ip_address: device.ipAddress,
        created_at: device.createdAt.getTime(),
        last_used_at: device.lastUsedAt?.getTime() ?? null,
        expires_at: device.expiresAt.getTime(),
      })
      .execute()
  }

  /** @param digests the digest of one secret with each master secret */
  async find(db: Database, accountId: AccountId, digests: readonly string[]): Promise<TrustedDevice | null> {
    const query = db.selectFrom('trusted_devices').selectAll().where('account_id', '=', accountId)
    const row = await query.where('digest', 'in', digests).executeTakeFirst()
    return row === undefined ? null : toDevice(row)
  }

  /** Newest first: ids sort by the time of creation. */
  async list(db: Database, accountId: AccountId): Promise<readonly TrustedDevice[]> {
    const query = db.selectFrom('trusted_devices').selectAll().where('account_id', '=', accountId)
    return (await query.orderBy('id', 'desc').execute()).map(toDevice)
  }

  /** Stores the use, and the digest with the current master secret. */
  async use(
    db: Transaction,
    id: TrustedDeviceId,
    { digest, usedAt }: { readonly digest: string; readonly usedAt: Date },
  ): Promise<void> {
    await db
      .updateTable('trusted_devices')
      .set({ digest, last_used_at: usedAt.getTime() })
      .where('id', '=', id)
      .execute()
  }

  /** @returns whether the account had such a device */
  async delete(db: Transaction, accountId: AccountId, id: TrustedDeviceId): Promise<boolean> {
    return await changesRows(
      db.deleteFrom('trusted_devices').where('id', '=', id).where('account_id', '=', accountId),
    )
  }

  /** @returns whether the account had any */
  async deleteByAccount(db: Transaction, accountId: AccountId): Promise<boolean> {
    return await changesRows(db.deleteFrom('trusted_devices').where('account_id', '=', accountId))
  }

  async deleteEvery(db: Database): Promise<void> {
    await db.deleteFrom('trusted_devices').execute()
  }

  /** @returns how many were deleted, at most `limit` */
  async deleteExpired(db: Transaction, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'trusted_devices', { column: 'expires_at', until, limit })
  }
}

function toDevice(row: Selectable<TrustedDevicesTable>): TrustedDevice {
  return {
    id: row.id,
    accountId: row.account_id,
    userAgent: row.user_agent,
    ipAddress: row.ip_address,
    createdAt: new Date(row.created_at),
    lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at),
    expiresAt: new Date(row.expires_at),
  }
}
