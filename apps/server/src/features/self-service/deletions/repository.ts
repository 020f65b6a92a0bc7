import type { Selectable } from 'kysely'
import type { Database, DeletionsTable, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { Deletion, Pseudonym } from './model.ts'

export class DeletionsRepository {
  async insert(db: Transaction, { accountId, pseudonym, deletedAt, eraseAt }: Deletion): Promise<void> {
    const times = { deleted_at: deletedAt.getTime(), erase_at: eraseAt.getTime(), restored_at: null }
    await db
      .insertInto('deletions')
      .values({ account_id: accountId, pseudonym, ...times })
      .execute()
  }

  async find(db: Database, pseudonym: Pseudonym): Promise<Deletion | null> {
    const row = await db
      .selectFrom('deletions')
      .selectAll()
      .where('pseudonym', '=', pseudonym)
      .executeTakeFirst()
    return row === undefined ? null : toDeletion(row)
  }

  /** The pending deletion of the account; null if there is none. */
  async findPending(db: Database, accountId: AccountId): Promise<Deletion | null> {
    const row = await db
      .selectFrom('deletions')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('restored_at', 'is', null)
      .executeTakeFirst()
    return row === undefined ? null : toDeletion(row)
  }

  async markRestored(db: Transaction, pseudonym: Pseudonym, restoredAt: Date): Promise<void> {
    await db
      .updateTable('deletions')
      .set({ restored_at: restoredAt.getTime() })
      .where('pseudonym', '=', pseudonym)
      .execute()
  }

  /** Answers for the receipt once nothing else is left of the account. */
  async keepReceipt(
    db: Transaction,
    { pseudonym, deletedAt }: Pick<Deletion, 'pseudonym' | 'deletedAt'>,
    erasedAt: Date,
  ): Promise<void> {
    const times = { deleted_at: deletedAt.getTime(), erased_at: erasedAt.getTime() }
    await db
      .insertInto('erased_accounts')
      .values({ pseudonym, ...times })
      .execute()
  }

  /** When the account was deleted and erased; null if it is not. */
  async findErased(db: Database, pseudonym: Pseudonym): Promise<{ deletedAt: Date; erasedAt: Date } | null> {
    const row = await db
      .selectFrom('erased_accounts')
      .select(['deleted_at', 'erased_at'])
      .where('pseudonym', '=', pseudonym)
      .executeTakeFirst()
    return row === undefined
      ? null
      : { deletedAt: new Date(row.deleted_at), erasedAt: new Date(row.erased_at) }
  }

  /** The deletions whose grace period is over, the earliest first. */
  async listDue(db: Database, now: Date, limit: number): Promise<Deletion[]> {
    const rows = await db
      .selectFrom('deletions')
      .selectAll()
      .where('restored_at', 'is', null)
      .where('erase_at', '<=', now.getTime())
      .orderBy('erase_at')
      .limit(limit)
      .execute()
    return rows.map(toDeletion)
  }
}

function toDeletion(row: Selectable<DeletionsTable>): Deletion {
  return {
    accountId: row.account_id,
    pseudonym: row.pseudonym,
    deletedAt: new Date(row.deleted_at),
    eraseAt: new Date(row.erase_at),
    restoredAt: row.restored_at === null ? null : new Date(row.restored_at),
  }
}
