import { sql } from 'kysely'
import { pepperedEncoding } from '../../../platform/crypto/hash-formats/encoding.ts'
import { checkedByOldBackend } from '../../../platform/crypto/imported-hash.ts'
import { changesRows } from '../../../platform/database/changed-rows.ts'
import { insertAll } from '../../../platform/database/insert-rows.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Guard } from '../../../platform/database/write-if.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { byAccount, hasPassword } from './queries.ts'

export interface StoredPassword {
  readonly hash: string
  readonly version: string
}

export interface PasswordChange extends StoredPassword {
  /** What checking the hash of another system costs; null for one of this server. */
  readonly importedWork: string | null
  readonly changedAt: Date
}

/** Accounts whose owners must sign in once before the setting can go. */
export interface DependentHashes {
  /** Only the old backend can check them (`PROXIMA_VERIFY_PASSWORDS_WITH`). */
  readonly onBackend: number
  /** They need the pepper of another system (`PROXIMA_IMPORTED_PEPPER`). */
  readonly onPepper: number
}

export class PasswordsRepository {
  async insert(db: Database, accountId: AccountId, change: PasswordChange): Promise<void> {
    await db
      .insertInto('passwords')
      .values({ account_id: accountId, ...toColumns(change) })
      .execute()
  }

  async insertAll(
    db: Transaction,
    changes: readonly (PasswordChange & { readonly accountId: AccountId })[],
  ): Promise<void> {
    const rows = changes.map((change) => ({ account_id: change.accountId, ...toColumns(change) }))
    await insertAll(db, 'passwords', rows)
  }

  async find(db: Database, accountId: AccountId): Promise<StoredPassword | null> {
    const [row] = await byAccount.execute(db, { accountId })
    return row ?? null
  }

  /** The account is active and still has this password. */
  hasPassword(accountId: AccountId, version: string): Guard {
    return hasPassword.with({ accountId, version })
  }

  /** Replaces the password. @returns whether there was one */
  async replace(db: Database, accountId: AccountId, change: PasswordChange): Promise<boolean> {
    const update = db.updateTable('passwords').set(toColumns(change))
    return await changesRows(update.where('account_id', '=', accountId))
  }

  /** The works of all imported hashes, each once. The index has them in order, so it takes one look-up for each. */
  async listImportedWorks(db: Database): Promise<readonly string[]> {
    const works: string[] = []
    for (;;) {
      const row = await db
        .selectFrom('passwords')
        .select('imported_work')
        .where('imported_work', '>', works.at(-1) ?? '')
        .orderBy('imported_work')
        .limit(1)
        .executeTakeFirst()
      if (row?.imported_work == null) return works
      works.push(row.imported_work)
    }
  }

  /** How many hashes the servers cannot check by themselves. It reads every row. */
  async countDependent(db: Database): Promise<DependentHashes> {
    const count = (form: string) => sql<number>`sum(case when hash like ${form} then 1 else 0 end)`
    const row = await db
      .selectFrom('passwords')
      .select([count(checkedByOldBackend).as('onBackend'), count(`%$${pepperedEncoding}$%`).as('onPepper')])
      .executeTakeFirst()
    return { onBackend: Number(row?.onBackend ?? 0), onPepper: Number(row?.onPepper ?? 0) }
  }

  async findChangedAt(db: Database, accountId: AccountId): Promise<Date | null> {
    const row = await db
      .selectFrom('passwords')
      .select('changed_at')
      .where('account_id', '=', accountId)
      .executeTakeFirst()
    return row === undefined ? null : new Date(row.changed_at)
  }

  /**
   * Stores a new hash of the same password, made by this server. It replaces only the hash that was read, so that it does not undo a change
   * in between.
   * @returns whether the hash was still the one that was read
   */
  async replaceHash(
    db: Database,
    accountId: AccountId,
    { from, to }: { from: string; to: string },
  ): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('passwords')
        .set({ hash: to, imported_work: null })
        .where('account_id', '=', accountId)
        .where('hash', '=', from),
    )
  }
}

function toColumns({ hash, importedWork, version, changedAt }: PasswordChange) {
  return { hash, imported_work: importedWork, version, changed_at: changedAt.getTime() }
}
