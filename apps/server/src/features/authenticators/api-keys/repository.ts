import type { Selectable } from 'kysely'
import type { ApiKeysTable } from '../../../platform/database/api-key-tables.ts'
import { changesRows } from '../../../platform/database/changed-rows.ts'
import { deleteExpired } from '../../../platform/database/delete-expired.ts'
import type { Database, ReadAccount, Transaction } from '../../../platform/database/tables.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { type AccountId, type ApiKeyId, highestId } from '../../../platform/kernel/ids.ts'
import { type Permission, readGrants } from '../../../platform/kernel/permission.ts'
import type { ApiKey, ApiKeyChanges, FoundHolder } from './model.ts'
import { holdersByDigest } from './queries.ts'

/** Reads rows of accounts. */
export interface AccountRows {
  read(row: ReadAccount): Account
}

/** A page of keys that are older than `before`. */
export interface KeyPage {
  readonly before: ApiKeyId | null
  readonly limit: number
}

export class ApiKeysRepository {
  readonly #accounts: AccountRows

  constructor(accounts: AccountRows) {
    this.#accounts = accounts
  }

  async insert(db: Database, key: ApiKey, digest: string): Promise<void> {
    await db
      .insertInto('api_keys')
      .values({
        id: key.id,
        account_id: key.accountId,
        name: key.name,
        digest,
        permissions: joined(key.permissions),
        allowed_networks: joined(key.allowedNetworks),
        created_at: key.createdAt.getTime(),
        expires_at: key.expiresAt.getTime(),
        last_used_at: key.lastUsedAt?.getTime() ?? null,
        replaced_by: key.replacedBy,
      })
      .execute()
  }

  /**
   * The caller of a key, with the account, the roles and the permissions as they are now; null if there is no such key,
   * or its account is not active. The key may be over.
   */
  async findHolder(db: Database, digest: string): Promise<FoundHolder | null> {
    const rows = await holdersByDigest.execute(db, digest, {})
    const [first] = rows
    if (first === undefined) return null
    const { roles, permissions } = readGrants(rows)
    const allowed = new Set(split(first.permissions))
    return {
      holder: {
        keyId: first.key_id,
        accountId: first.id,
        account: this.#accounts.read(first),
        roles,
        permissions: permissions.filter((permission) => allowed.has(permission)),
      },
      expiresAt: new Date(first.expires_at),
      lastUsedAt: first.last_used_at === null ? null : new Date(first.last_used_at),
      allowedNetworks: split(first.allowed_networks),
    }
  }

  /** Null if the account has no such key, or if it is over. */
  async find(db: Database, accountId: AccountId, id: ApiKeyId, now: Date): Promise<ApiKey | null> {
    const row = await db
      .selectFrom('api_keys')
      .selectAll()
      .where('id', '=', id)
      .where('account_id', '=', accountId)
      .where('expires_at', '>', now.getTime())
      .executeTakeFirst()
    return row === undefined ? null : toApiKey(row)
  }

  /** The account of a key; null if there is no such key. */
  async findOwner(db: Database, id: ApiKeyId): Promise<AccountId | null> {
    const row = await db.selectFrom('api_keys').select('account_id').where('id', '=', id).executeTakeFirst()
    return row?.account_id ?? null
  }

  /** Newest first: ids sort by creation time. Only keys that end after that, if it is given. */
  async list(
    db: Database,
    accountId: AccountId,
    { before, limit, endAfter }: KeyPage & { readonly endAfter: Date | null },
  ): Promise<ApiKey[]> {
    const rows = db
      .selectFrom('api_keys')
      .selectAll()
      .where('account_id', '=', accountId)
      .where((row) => row.and(endAfter === null ? [] : [row('expires_at', '>', endAfter.getTime())]))
      .where('id', '<', before ?? highestId)
      .orderBy('id', 'desc')
      .limit(limit)
    return (await rows.execute()).map(toApiKey)
  }

  /** @returns how many keys of the account are not over */
  async count(db: Database, accountId: AccountId, now: Date): Promise<number> {
    const row = await db
      .selectFrom('api_keys')
      .select((each) => each.fn.countAll<number | string>().as('count'))
      .where('account_id', '=', accountId)
      .where('expires_at', '>', now.getTime())
      .executeTakeFirstOrThrow()
    return Number(row.count)
  }

  /** @returns whether the account has such a key */
  async update(db: Database, accountId: AccountId, id: ApiKeyId, changes: ApiKeyChanges): Promise<boolean> {
    const { name, permissions, allowedNetworks } = changes
    return await changesRows(
      db
        .updateTable('api_keys')
        .set({
          ...(name !== undefined && { name }),
          ...(permissions && { permissions: joined(permissions) }),
          ...(allowedNetworks && { allowed_networks: joined(allowedNetworks) }),
        })
        .where('id', '=', id)
        .where('account_id', '=', accountId),
    )
  }

  /**
   * Another key takes its place, and it ends then.
   * @returns false if yet another one has taken it, instead of `read`
   */
  async replace(
    db: Database,
    accountId: AccountId,
    id: ApiKeyId,
    { read, by, end }: { readonly read: ApiKeyId | null; readonly by: ApiKeyId; readonly end: Date },
  ): Promise<boolean> {
    const replaced = db
      .updateTable('api_keys')
      .set({ replaced_by: by, expires_at: end.getTime() })
      .where('id', '=', id)
      .where('account_id', '=', accountId)
    return await changesRows(
      read === null ? replaced.where('replaced_by', 'is', null) : replaced.where('replaced_by', '=', read),
    )
  }

  /** @returns whether the account had such a key */
  async delete(db: Database, accountId: AccountId, id: ApiKeyId): Promise<boolean> {
    return await changesRows(
      db.deleteFrom('api_keys').where('id', '=', id).where('account_id', '=', accountId),
    )
  }

  /** @returns whether the account had any */
  async deleteByAccount(db: Transaction, accountId: AccountId): Promise<boolean> {
    return await changesRows(db.deleteFrom('api_keys').where('account_id', '=', accountId))
  }

  /** Deletes keys that are over. @returns how many, at most `limit` */
  async deleteOver(db: Database, now: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'api_keys', { column: 'expires_at', until: now, limit })
  }
}

function toApiKey(row: Selectable<ApiKeysTable>): ApiKey {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    permissions: split(row.permissions) as Permission[],
    allowedNetworks: split(row.allowed_networks),
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
    lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at),
    replacedBy: row.replaced_by,
  }
}

function joined(words: readonly string[]): string {
  return words.join(' ')
}

function split(words: string): string[] {
  return words === '' ? [] : words.split(' ')
}
