import type { Database } from '../../platform/database/tables.ts'
import type { AccountId, SessionId } from '../../platform/kernel/ids.ts'
import type { Principal } from '../../platform/kernel/principal.ts'
import type { Session } from './model.ts'

export class SessionsRepository {
  async insert(
    db: Database,
    { id, accountId, method, client, createdAt, expiresAt }: Session,
  ): Promise<void> {
    const row = {
      id,
      account_id: accountId,
      method,
      ip_address: client.ipAddress,
      user_agent: client.userAgent,
      created_at: createdAt.getTime(),
      expires_at: expiresAt.getTime(),
    }
    await db.insertInto('sessions').values(row).execute()
  }

  /**
   * Whose session it is, with the roles as they are now, not as they were at sign-in; null where it has ended or
   * its account may not sign in. One query, since every authenticated request makes it.
   */
  async findPrincipal(db: Database, id: SessionId, now: Date): Promise<Principal | null> {
    const rows = await db
      .selectFrom('sessions')
      .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
      .leftJoin('account_roles', 'account_roles.account_id', 'sessions.account_id')
      .select(['sessions.account_id', 'account_roles.role'])
      .where('sessions.id', '=', id)
      .where('sessions.expires_at', '>', now.getTime())
      .where('accounts.status', '=', 'active')
      .orderBy('account_roles.role')
      .execute()
    const [first] = rows
    if (first === undefined) return null
    const roles = rows.map(({ role }) => role).filter((role) => role !== null)
    return { accountId: first.account_id as AccountId, sessionId: id, roles }
  }

  /** @returns how many were deleted, `limit` at the most. */
  async deleteExpired(db: Database, now: Date, limit: number): Promise<number> {
    const expired = await db
      .selectFrom('sessions')
      .select('id')
      .where('expires_at', '<=', now.getTime())
      .orderBy('expires_at')
      .limit(limit)
      .execute()
    if (expired.length === 0) return 0
    const ids = expired.map(({ id }) => id)
    const { numDeletedRows } = await db
      .deleteFrom('sessions')
      .where('id', 'in', ids)
      .where('expires_at', '<=', now.getTime())
      .executeTakeFirst()
    return Number(numDeletedRows)
  }

  async deleteByAccount(db: Database, accountId: AccountId): Promise<void> {
    await db.deleteFrom('sessions').where('account_id', '=', accountId).execute()
  }
}
