import type { Transaction } from '../../../../platform/database/tables.ts'
import type { AccountId, ClientId, SessionId } from '../../../../platform/kernel/ids.ts'

export interface EndedSession {
  readonly id: SessionId
  readonly accountId: AccountId
}

/** Deletes sessions of many accounts, some at a time. */
export class ManySessionsRepository {
  /** Deletes sessions of any account. @returns those it deleted, at most `limit` */
  async deleteAny(db: Transaction, limit: number): Promise<EndedSession[]> {
    const any = db.selectFrom('sessions').select(['id', 'account_id']).limit(limit)
    return await deleteRows(db, await any.execute())
  }

  /** Deletes sessions that the client got. @returns those it deleted, at most `limit` */
  async deleteByClient(db: Transaction, clientId: ClientId, limit: number): Promise<EndedSession[]> {
    const own = db.selectFrom('sessions').select(['id', 'account_id']).where('client_id', '=', clientId)
    return await deleteRows(db, await own.limit(limit).execute())
  }

  /** Deletes sessions of the account that the client got. @returns those it deleted, at most `limit` */
  async deleteOfClient(
    db: Transaction,
    { accountId, clientId }: { readonly accountId: AccountId; readonly clientId: ClientId },
    limit: number,
  ): Promise<EndedSession[]> {
    const own = db.selectFrom('sessions').select(['id', 'account_id']).where('account_id', '=', accountId)
    return await deleteRows(db, await own.where('client_id', '=', clientId).limit(limit).execute())
  }
}

async function deleteRows(
  db: Transaction,
  rows: readonly { readonly id: SessionId; readonly account_id: AccountId }[],
): Promise<EndedSession[]> {
  const ids = rows.map(({ id }) => id)
  if (ids.length > 0) await db.deleteFrom('sessions').where('id', 'in', ids).execute()
  return rows.map(({ id, account_id }) => ({ id, accountId: account_id }))
}
