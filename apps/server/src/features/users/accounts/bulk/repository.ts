import { type CompleteRow, insertAll } from '../../../../platform/database/insert-rows.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { termRowsOf } from '../search/repository.ts'

export type BulkAccountRow = CompleteRow<'accounts'>

/** A value that an account has, and that no other can have. */
export interface Owned {
  readonly value: string
  /** Null for a username that is held for no one. */
  readonly accountId: AccountId | null
}

/** Reads and writes the rows of many accounts at once. */
export class BulkAccountsRepository {
  async insert(
    db: Transaction,
    rows: readonly BulkAccountRow[],
    skeletons: readonly { readonly id: AccountId; readonly skeleton: string }[],
  ): Promise<void> {
    await insertAll(db, 'accounts', rows)
    await insertAll(db, 'account_terms', rows.flatMap(termRowsOf))
    await insertAll(
      db,
      'username_skeletons',
      skeletons.map(({ id, skeleton }) => ({ account_id: id, skeleton, held_until: null })),
    )
  }

  async ownersOfEmails(db: Database, emails: readonly string[]): Promise<Owned[]> {
    if (emails.length === 0) return []
    const rows = await db
      .selectFrom('accounts')
      .select(['id', 'email_canonical'])
      .where('email_canonical', 'in', emails)
      .execute()
    return rows.map(({ id, email_canonical }) => ({ accountId: id, value: email_canonical ?? '' }))
  }

  async ownersOfPhoneNumbers(db: Database, numbers: readonly string[]): Promise<Owned[]> {
    if (numbers.length === 0) return []
    const rows = await db
      .selectFrom('accounts')
      .select(['id', 'phone_number'])
      .where('phone_number', 'in', numbers)
      .execute()
    return rows.map(({ id, phone_number }) => ({ accountId: id, value: phone_number ?? '' }))
  }

  /** Of those that are in use or on hold. */
  async ownersOfSkeletons(db: Database, skeletons: readonly string[], now: Date): Promise<Owned[]> {
    if (skeletons.length === 0) return []
    const rows = await db
      .selectFrom('username_skeletons')
      .select(['account_id', 'skeleton'])
      .where('skeleton', 'in', skeletons)
      .where((row) => row.or([row('held_until', 'is', null), row('held_until', '>', now.getTime())]))
      .execute()
    return rows.map(({ account_id, skeleton }) => ({ accountId: account_id, value: skeleton }))
  }

  async hasFormerContacts(db: Database): Promise<boolean> {
    const row = await db.selectFrom('former_contacts').select('id').limit(1).executeTakeFirst()
    return row !== undefined
  }

  /** Deletes those of the skeletons whose hold has ended. */
  async release(db: Transaction, skeletons: readonly string[], now: Date): Promise<void> {
    if (skeletons.length === 0) return
    const held = db.selectFrom('username_skeletons').select('skeleton').where('skeleton', 'in', skeletons)
    // Selects first: deleting rows that do not exist locks gaps, and other requests that insert there would wait.
    const ended = await held.where('held_until', '<=', now.getTime()).execute()
    if (ended.length === 0) return
    const names = ended.map(({ skeleton }) => skeleton)
    await db
      .deleteFrom('username_skeletons')
      .where('skeleton', 'in', names)
      .where('held_until', '<=', now.getTime())
      .execute()
  }
}
