import { digestSecret } from '../../../platform/crypto/digests.ts'
import { changesRows } from '../../../platform/database/changed-rows.ts'
import { UniqueViolation } from '../../../platform/database/faults.ts'
import type { LinkedAccountsTable } from '../../../platform/database/federation-tables.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId, LinkedAccountId } from '../../../platform/kernel/ids.ts'
import type { Identity, LinkedAccount } from './model.ts'

export class LinkedAccountsRepository {
  /** Null if no account has it. */
  async findByIdentity(db: Database, identity: Identity): Promise<LinkedAccount | null> {
    const query = db.selectFrom('linked_accounts').selectAll()
    const row = await query.where('identity_digest', '=', digestOf(identity)).executeTakeFirst()
    return row === undefined ? null : toLinkedAccount(row)
  }

  /** Oldest first. */
  async listByAccount(db: Database, accountId: AccountId): Promise<LinkedAccount[]> {
    const query = db.selectFrom('linked_accounts').selectAll().where('account_id', '=', accountId)
    return (await query.orderBy('id').execute()).map(toLinkedAccount)
  }

  /** @returns false if an account has it already */
  async insert(db: Transaction, linked: LinkedAccount): Promise<boolean> {
    try {
      await db
        .insertInto('linked_accounts')
        .values({
          id: linked.id,
          account_id: linked.accountId,
          provider: linked.provider,
          issuer: linked.issuer,
          subject: linked.subject,
          identity_digest: digestOf(linked),
          email: linked.email,
          created_at: linked.createdAt.getTime(),
          last_used_at: linked.lastUsedAt?.getTime() ?? null,
        })
        .execute()
      return true
    } catch (error) {
      if (error instanceof UniqueViolation) return false
      throw error
    }
  }

  /** @returns whether the account still has it */
  async markUsed(db: Transaction, id: LinkedAccountId, accountId: AccountId, at: Date): Promise<boolean> {
    const own = db.updateTable('linked_accounts').set({ last_used_at: at.getTime() }).where('id', '=', id)
    return await changesRows(own.where('account_id', '=', accountId))
  }

  async move(db: Transaction, from: AccountId, to: AccountId): Promise<void> {
    const row = db.updateTable('linked_accounts').set({ account_id: to })
    await row.where('account_id', '=', from).execute()
  }

  /** @returns whether the account had it */
  async delete(db: Transaction, accountId: AccountId, id: LinkedAccountId): Promise<boolean> {
    const own = db.deleteFrom('linked_accounts').where('id', '=', id)
    return await changesRows(own.where('account_id', '=', accountId))
  }

  async deleteByAccount(db: Transaction, accountId: AccountId): Promise<void> {
    await db.deleteFrom('linked_accounts').where('account_id', '=', accountId).execute()
  }
}

/** As a list, so that no two identities have the same digest. */
function digestOf({ issuer, subject }: Identity): string {
  return digestSecret(JSON.stringify([issuer, subject]))
}

function toLinkedAccount(row: LinkedAccountsTable): LinkedAccount {
  return {
    id: row.id,
    accountId: row.account_id,
    provider: row.provider,
    issuer: row.issuer,
    subject: row.subject,
    email: row.email,
    createdAt: new Date(row.created_at),
    lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at),
  }
}
