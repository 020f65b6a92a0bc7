import type { Database } from '../../../../platform/database/tables.ts'
import type { OwnedSession } from '../../../../platform/kernel/principal.ts'

/** The administrators who see accounts as their owners do. */
export class ImpersonatorsRepository {
  /**
   * True as long as the account is active and may see others as their owners do, and has the session in which it began
   * to. What ends that session, such as a new password, then ends all that its thief began with it (A55).
   */
  async mayImpersonate(db: Database, { accountId, sessionId }: OwnedSession): Promise<boolean> {
    const row = await db
      .selectFrom('accounts')
      .innerJoin('sessions', 'sessions.account_id', 'accounts.id')
      .innerJoin('account_roles', 'account_roles.account_id', 'accounts.id')
      .innerJoin('role_permissions', 'role_permissions.role', 'account_roles.role')
      .select('accounts.id')
      .where('accounts.id', '=', accountId)
      .where('sessions.id', '=', sessionId)
      .where('accounts.status', '=', 'active')
      .where('role_permissions.permission', '=', 'users:impersonate')
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }
}
