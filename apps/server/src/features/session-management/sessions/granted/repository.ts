import { lockRows } from '../../../../platform/database/lock-rows.ts'
import type { Transaction } from '../../../../platform/database/tables.ts'
import type { AccountId, ClientId, SessionId } from '../../../../platform/kernel/ids.ts'
import type { OwnedSession } from '../../../../platform/kernel/principal.ts'

/** The sessions that applications got by a grant of OpenID Connect. Most end with a session in a browser. */
export class GrantedSessionsRepository {
  /** Deletes the sessions that end with another one. @returns their ids */
  async deleteChildren(db: Transaction, parentId: SessionId): Promise<SessionId[]> {
    const children = db.selectFrom('sessions').select('id').where('parent_session_id', '=', parentId)
    return await this.#deleteAll(
      db,
      (await children.execute()).map(({ id }) => id),
    )
  }

  /**
   * Keeps the session in the browser from ending until the transaction has ended. Otherwise a sign-out at the same moment
   * would miss the session that begins now (I2).
   * @returns false if it has ended
   */
  async lockParent(db: Transaction, { accountId, sessionId }: OwnedSession): Promise<boolean> {
    const own = db.selectFrom('sessions').select('id').where('id', '=', sessionId)
    const row = await lockRows(db, own.where('account_id', '=', accountId)).executeTakeFirst()
    return row !== undefined
  }

  /** The sessions of a client for an account beyond the newest `keep`, at most `limit`. */
  async listSurplus(
    db: Transaction,
    { accountId, clientId }: { readonly accountId: AccountId; readonly clientId: ClientId },
    { keep, limit }: { readonly keep: number; readonly limit: number },
  ): Promise<SessionId[]> {
    const own = db.selectFrom('sessions').select('id').where('account_id', '=', accountId)
    const newest = own.where('client_id', '=', clientId).orderBy('id', 'desc')
    return (await newest.offset(keep).limit(limit).execute()).map(({ id }) => id)
  }

  /** Deletes the sessions of a grant of OpenID Connect. @returns each with its account */
  async deleteByGrant(db: Transaction, grantId: string): Promise<OwnedSession[]> {
    const own = db.selectFrom('sessions').select(['id', 'account_id']).where('grant_id', '=', grantId)
    const rows = await own.execute()
    await this.#deleteAll(
      db,
      rows.map(({ id }) => id),
    )
    return rows.map(({ id, account_id }) => ({ accountId: account_id, sessionId: id }))
  }

  /** Lets the sessions that end with one end with another. */
  async moveChildren(db: Transaction, from: SessionId, to: SessionId): Promise<void> {
    const children = db.updateTable('sessions').where('parent_session_id', '=', from)
    await children.set({ parent_session_id: to }).execute()
  }

  async #deleteAll(db: Transaction, ids: SessionId[]): Promise<SessionId[]> {
    if (ids.length > 0) await db.deleteFrom('sessions').where('id', 'in', ids).execute()
    return ids
  }
}
