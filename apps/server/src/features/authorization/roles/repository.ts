import { changesRows } from '../../../platform/database/changed-rows.ts'
import { rowGuardOf } from '../../../platform/database/dialects/row-locks.ts'
import { insertAll } from '../../../platform/database/insert-rows.ts'
import { lockRows } from '../../../platform/database/lock-rows.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { Grants } from '../../../platform/kernel/permission.ts'
import { readGrants } from '../../../platform/kernel/permission.ts'
import { grantsByAccount } from './queries.ts'

/** The roles of accounts. `DefinitionsRepository` has what a role is. */
export class RolesRepository {
  async insert(db: Database, accountId: AccountId, role: string): Promise<void> {
    await db.insertInto('account_roles').values({ account_id: accountId, role }).execute()
  }

  async insertAll(
    db: Transaction,
    grants: readonly { readonly accountId: AccountId; readonly role: string }[],
  ): Promise<void> {
    await insertAll(
      db,
      'account_roles',
      grants.map(({ accountId, role }) => ({ account_id: accountId, role })),
    )
  }

  /** Touches only the roles that change, so that it does not wait for changes of the others. */
  async change(
    db: Transaction,
    accountId: AccountId,
    { added, removed }: { readonly added: readonly string[]; readonly removed: readonly string[] },
  ): Promise<void> {
    if (removed.length > 0)
      await db
        .deleteFrom('account_roles')
        .where('account_id', '=', accountId)
        .where('role', 'in', removed)
        .execute()
    const rows = added.map((role) => ({ account_id: accountId, role }))
    if (rows.length > 0) await db.insertInto('account_roles').values(rows).execute()
  }

  /** The roles in alphabetical order. */
  async findByAccount(db: Database, accountId: AccountId): Promise<Grants> {
    return readGrants(await grantsByAccount.execute(db, { accountId }))
  }

  /** Whether an account of a person has the role, whatever its status is. */
  async hasHolder(db: Database, role: string): Promise<boolean> {
    const holder = await db
      .selectFrom('account_roles')
      .innerJoin('accounts', 'accounts.id', 'account_roles.account_id')
      .select('accounts.id')
      .where('account_roles.role', '=', role)
      .where('accounts.kind', '=', 'person')
      .limit(1)
      .executeTakeFirst()
    return holder !== undefined
  }

  /** How many active accounts of people have the role, at most `max`. */
  async countHolders(db: Database, role: string, max: number): Promise<number> {
    const holders = await db
      .selectFrom('account_roles')
      .innerJoin('accounts', 'accounts.id', 'account_roles.account_id')
      .select('accounts.id')
      .where('account_roles.role', '=', role)
      .where('accounts.status', '=', 'active')
      .where('accounts.kind', '=', 'person')
      .limit(max)
      .execute()
    return holders.length
  }

  /** Whether the account has the role and is that of a person. */
  async isHolder(db: Database, role: string, accountId: AccountId): Promise<boolean> {
    const holder = await db
      .selectFrom('account_roles')
      .innerJoin('accounts', 'accounts.id', 'account_roles.account_id')
      .select('accounts.id')
      .where('account_roles.role', '=', role)
      .where('account_roles.account_id', '=', accountId)
      .where('accounts.kind', '=', 'person')
      .executeTakeFirst()
    return holder !== undefined
  }

  /** Whether another active account of a person has the role. */
  async hasOtherHolder(db: Database, role: string, accountId: AccountId): Promise<boolean> {
    const other = await db
      .selectFrom('account_roles')
      .innerJoin('accounts', 'accounts.id', 'account_roles.account_id')
      .select('accounts.id')
      .where('account_roles.role', '=', role)
      .where('account_roles.account_id', '!=', accountId)
      .where('accounts.status', '=', 'active')
      .where('accounts.kind', '=', 'person')
      .limit(1)
      .executeTakeFirst()
    return other !== undefined
  }

  /**
   * Lets no other transaction lock the role until this one ends. On a Galera cluster it changes the row and changes it
   * back: a lock would hold on one node only.
   * @returns whether there is such a role
   */
  async lock(db: Transaction, name: string): Promise<boolean> {
    if (rowGuardOf(db.getExecutor().adapter) !== 'change') {
      const one = db.selectFrom('roles').select('name').where('name', '=', name)
      return (await lockRows(db, one).execute()).length > 0
    }
    return (await this.#shift(db, name, 1)) && (await this.#shift(db, name, -1))
  }

  async #shift(db: Transaction, name: string, by: number): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('roles')
        .set((row) => ({ updated_at: row('updated_at', '+', by) }))
        .where('name', '=', name),
    )
  }
}
