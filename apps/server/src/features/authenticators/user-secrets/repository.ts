import { changesRows } from '../../../platform/database/changed-rows.ts'
import { insertAll } from '../../../platform/database/insert-rows.ts'
import type { Database, ReadAccount, Transaction } from '../../../platform/database/tables.ts'
import type { Guard } from '../../../platform/database/write-if.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { type Grants, readGrants } from '../../../platform/kernel/permission.ts'
import { hasSecret, importedByKeyId, ownersByDigest } from './queries.ts'

/** Reads rows of accounts. */
export interface AccountRows {
  read(row: ReadAccount): Account
}

/** The owner of a secret, and what they may do. The account may be suspended or deleted. */
export interface SecretOwner {
  readonly account: Account
  readonly grants: Grants
}

/** A secret as it is stored. */
export interface StoredSecret {
  readonly keyId: string | null
  readonly digest: string | null
  /** The hash that another system made; null if there is a digest. */
  readonly importedHash: string | null
}

export interface ImportedSecretRow {
  readonly accountId: AccountId
  readonly importedHash: string
}

export class UserSecretsRepository {
  readonly #accounts: AccountRows

  constructor(accounts: AccountRows) {
    this.#accounts = accounts
  }

  async insert(
    db: Database,
    accountId: AccountId,
    { digest, keyId, importedHash }: StoredSecret,
    createdAt: Date,
  ): Promise<void> {
    await db
      .insertInto('user_secrets')
      .values({
        account_id: accountId,
        digest,
        key_id: keyId,
        imported_hash: importedHash,
        created_at: createdAt.getTime(),
      })
      .execute()
  }

  async insertAll(
    db: Transaction,
    secrets: readonly (StoredSecret & { readonly accountId: AccountId })[],
    createdAt: Date,
  ): Promise<void> {
    const rows = secrets.map(({ accountId, digest, importedHash, keyId }) => ({
      account_id: accountId,
      digest,
      key_id: keyId,
      imported_hash: importedHash,
      created_at: createdAt.getTime(),
    }))
    await insertAll(db, 'user_secrets', rows)
  }

  /** @returns whether the account had one */
  async replace(
    db: Database,
    accountId: AccountId,
    { digest, keyId, importedHash }: StoredSecret,
    createdAt: Date,
  ): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('user_secrets')
        .set({ digest, key_id: keyId, imported_hash: importedHash, created_at: createdAt.getTime() })
        .where('account_id', '=', accountId),
    )
  }

  async delete(db: Database, accountId: AccountId): Promise<void> {
    await db.deleteFrom('user_secrets').where('account_id', '=', accountId).execute()
  }

  /** The key id must fit, too: a digest of the part after the dot is not one of a whole secret. */
  async findOwner(db: Database, digest: string, keyId: string | null): Promise<SecretOwner | null> {
    const rows = await ownersByDigest.execute(db, digest, {})
    const [first] = rows
    if (first === undefined || first.key_id !== keyId) return null
    return { account: this.#accounts.read(first), grants: readGrants(rows) }
  }

  /** The account is active and still has this secret. */
  hasSecret(accountId: AccountId, digest: string): Guard {
    return hasSecret.with({ accountId, digest })
  }

  /** The secret of this key id, if only the hash of another system is stored. */
  async findImported(db: Database, keyId: string): Promise<ImportedSecretRow | null> {
    const [row] = await importedByKeyId.execute(db, { keyId })
    const importedHash = row?.imported_hash ?? null
    return row === undefined || importedHash === null ? null : { accountId: row.account_id, importedHash }
  }

  /** Puts a digest in place of the hash, if it is still the one that was read. */
  async replaceImported(
    db: Database,
    { accountId, importedHash }: ImportedSecretRow,
    digest: string,
  ): Promise<void> {
    await db
      .updateTable('user_secrets')
      .set({ digest, imported_hash: null })
      .where('account_id', '=', accountId)
      .where('imported_hash', '=', importedHash)
      .execute()
  }

  /** The key id of the secret of the account; null if it has none. */
  async findKeyId(db: Database, accountId: AccountId): Promise<string | null> {
    const row = await db
      .selectFrom('user_secrets')
      .select('key_id')
      .where('account_id', '=', accountId)
      .executeTakeFirst()
    return row?.key_id ?? null
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
