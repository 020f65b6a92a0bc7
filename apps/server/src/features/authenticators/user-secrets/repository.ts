import { changesRows } from '../../../platform/database/changed-rows.ts'
import type { Database, ReadAccount } from '../../../platform/database/tables.ts'
import type { Guard } from '../../../platform/database/write-if.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { type Grants, readGrants } from '../../../platform/kernel/permission.ts'
import { hasSecret, ownersByDigest } from './queries.ts'

/** Reads rows of accounts. */
export interface AccountRows {
  read(row: ReadAccount): Account
}

/** The owner of a secret, and what they may do. The account may be suspended or deleted. */
export interface SecretOwner {
  readonly account: Account
  readonly grants: Grants
}

export class UserSecretsRepository {
  readonly #accounts: AccountRows

  constructor(accounts: AccountRows) {
    this.#accounts = accounts
  }

  async insert(db: Database, accountId: AccountId, digest: string, createdAt: Date): Promise<void> {
    await db
      .insertInto('user_secrets')
      .values({ account_id: accountId, digest, created_at: createdAt.getTime() })
      .execute()
  }

  /** @returns whether the account had one */
  async replace(db: Database, accountId: AccountId, digest: string, createdAt: Date): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('user_secrets')
        .set({ digest, created_at: createdAt.getTime() })
        .where('account_id', '=', accountId),
    )
  }

  async delete(db: Database, accountId: AccountId): Promise<void> {
    await db.deleteFrom('user_secrets').where('account_id', '=', accountId).execute()
  }

  async findOwner(db: Database, digest: string): Promise<SecretOwner | null> {
    const rows = await ownersByDigest.execute(db, digest, {})
    const [first] = rows
    if (first === undefined) return null
    return { account: this.#accounts.read(first), grants: readGrants(rows) }
  }

  /** The account is active and still has this secret. */
  hasSecret(accountId: AccountId, digest: string): Guard {
    return hasSecret.with({ accountId, digest })
  }

  async findCreatedAt(db: Database, accountId: AccountId): Promise<Date | null> {
    const row = await db
      .selectFrom('user_secrets')
      .select('created_at')
      .where('account_id', '=', accountId)
      .executeTakeFirst()
    return row === undefined ? null : new Date(row.created_at)
  }
}
