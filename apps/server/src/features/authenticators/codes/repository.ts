import { changesRows } from '../../../platform/database/changed-rows.ts'
import type { CodesTable } from '../../../platform/database/code-tables.ts'
import { deleteExpired } from '../../../platform/database/delete-expired.ts'
import { repeatIfTaken } from '../../../platform/database/repeat-if-taken.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId, CodeId } from '../../../platform/kernel/ids.ts'

export interface StoredCode {
  readonly slot: string
  readonly id: CodeId
  readonly accountId: AccountId | null
  readonly contactDigest: string
  readonly codeDigest: string
  readonly linkDigest: string
  readonly createdAt: Date
}

export class CodesRepository {
  async find(db: Database, slot: string): Promise<StoredCode | null> {
    const row = await db.selectFrom('codes').selectAll().where('slot', '=', slot).executeTakeFirst()
    return row === undefined ? null : toCode(row)
  }

  /** @param digests the digest of one link with each master secret */
  async findByLink(db: Database, digests: readonly string[]): Promise<StoredCode | null> {
    const query = db.selectFrom('codes').selectAll().where('link_digest', 'in', digests)
    const row = await query.executeTakeFirst()
    return row === undefined ? null : toCode(row)
  }

  async replace(db: Transaction, code: StoredCode, expiresAt: Date): Promise<void> {
    const { slot, ...values } = toRow(code, expiresAt)
    await db.updateTable('codes').set(values).where('slot', '=', slot).execute()
  }

  /** Does the work of `replace` and locks the code, but changes nothing. @returns false if the slot is empty */
  async touch(db: Transaction, slot: string): Promise<boolean> {
    const query = db.updateTable('codes').set((row) => ({ created_at: row.ref('created_at') }))
    return await changesRows(query.where('slot', '=', slot))
  }

  /** @throws TransactionConflict if another request fills the slot first, so that the transaction runs again */
  async insert(db: Transaction, code: StoredCode, expiresAt: Date): Promise<void> {
    await repeatIfTaken(db.insertInto('codes').values(toRow(code, expiresAt)))
  }

  /** @returns whether this code was still there: of all who use it at once, one succeeds (I1) */
  async delete(db: Transaction, { slot, id }: Pick<StoredCode, 'slot' | 'id'>): Promise<boolean> {
    return await changesRows(db.deleteFrom('codes').where('slot', '=', slot).where('id', '=', id))
  }

  /** @returns whether there was one */
  async deleteSlot(db: Transaction, slot: string): Promise<boolean> {
    return await changesRows(db.deleteFrom('codes').where('slot', '=', slot))
  }

  async deleteByAccount(db: Transaction, accountId: AccountId): Promise<void> {
    await db.deleteFrom('codes').where('account_id', '=', accountId).execute()
  }

  /** @returns how many were deleted, at most `limit` */
  async deleteExpired(db: Transaction, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'codes', { column: 'expires_at', until, limit })
  }
}

function toCode(row: CodesTable): StoredCode {
  return {
    slot: row.slot,
    id: row.id,
    accountId: row.account_id,
    contactDigest: row.contact_digest,
    codeDigest: row.code_digest,
    linkDigest: row.link_digest,
    createdAt: new Date(row.created_at),
  }
}

function toRow(code: StoredCode, expiresAt: Date): CodesTable {
  return {
    slot: code.slot,
    id: code.id,
    account_id: code.accountId,
    contact_digest: code.contactDigest,
    code_digest: code.codeDigest,
    link_digest: code.linkDigest,
    created_at: code.createdAt.getTime(),
    expires_at: expiresAt.getTime(),
  }
}
