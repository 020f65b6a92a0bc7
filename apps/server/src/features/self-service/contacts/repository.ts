import { deleteExpired } from '../../../platform/database/delete-expired.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { type AccountId, type ContactChangeId, newId, type SessionId } from '../../../platform/kernel/ids.ts'
import type { OwnedSession } from '../../../platform/kernel/principal.ts'
import type { ContactKind, NewContact } from '../../users/accounts/contacts/model.ts'

/** A new contact that no one has proved yet. */
export interface PendingChange extends NewContact {
  readonly id: ContactChangeId
  /** The session that asked for it. */
  readonly sessionId: SessionId
  readonly createdAt: Date
}

export class ContactChangesRepository {
  /** At most one of each kind. */
  async list(db: Database, accountId: AccountId): Promise<PendingChange[]> {
    const rows = await db
      .selectFrom('contact_changes')
      .select(['id', 'kind', 'address', 'canonical', 'session_id', 'created_at'])
      .where('account_id', '=', accountId)
      .execute()
    return rows.map(({ session_id: sessionId, created_at, ...row }) => ({
      ...row,
      sessionId,
      createdAt: new Date(created_at),
    }))
  }

  /** Replaces the pending change of an account that the transaction has locked. */
  async replace(
    db: Transaction,
    { accountId, sessionId }: OwnedSession,
    { kind, address, canonical }: NewContact,
    { createdAt, expiresAt }: { readonly createdAt: Date; readonly expiresAt: Date },
  ): Promise<ContactChangeId> {
    await this.delete(db, accountId, kind)
    const id = newId<ContactChangeId>()
    const owner = { account_id: accountId, session_id: sessionId }
    const times = { created_at: createdAt.getTime(), expires_at: expiresAt.getTime() }
    await db
      .insertInto('contact_changes')
      .values({ id, ...owner, kind, address, canonical, ...times })
      .execute()
    return id
  }

  async delete(db: Transaction, accountId: AccountId, kind: ContactKind): Promise<void> {
    const own = db.deleteFrom('contact_changes').where('account_id', '=', accountId)
    await own.where('kind', '=', kind).execute()
  }

  /** @returns how many were deleted, at most `limit` */
  async deleteExpired(db: Transaction, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'contact_changes', { column: 'expires_at', until, limit })
  }
}
