import type { Database } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { AccountId, SessionId } from '../../../../platform/kernel/ids.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import type { Author } from '../../../authorization/roles/model.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import type { Page, Session } from '../../../session-management/sessions/model.ts'
import type { SessionsService } from '../../../session-management/sessions/service.ts'
import type { AccountsService } from '../../../users/accounts/service.ts'
import type { Targets } from '../targets.ts'

export interface UserSessionsOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get'>
  readonly audit: Pick<AuditService, 'success'>
  readonly sessions: Pick<SessionsService, 'end' | 'endAll' | 'list'>
  readonly targets: Targets
}

/** Lists and ends the sessions of someone else. */
export class UserSessionsService {
  readonly #options: UserSessionsOptions

  constructor(options: UserSessionsOptions) {
    this.#options = options
  }

  /** @throws `not_found` */
  async list(id: AccountId, page: Page): Promise<readonly Session[]> {
    const { accounts, db, sessions } = this.#options
    await accounts.get(db, id)
    return await sessions.list(id, page)
  }

  /** @throws `not_found`, also for a session of another account; `forbidden` */
  async end(id: AccountId, sessionId: SessionId, author: Author): Promise<void> {
    const { audit, db, sessions, targets } = this.#options
    await inTransaction(db, async (transaction) => {
      await targets.lock(transaction, id, author)
      const session = { accountId: id, sessionId }
      if (!(await sessions.end(transaction, session))) throw new Failure(notFound)
      await audit.success(transaction, 'session_end', session, author.context)
    })
  }

  /** @throws `not_found`, `forbidden` */
  async endAll(id: AccountId, author: Author, db: Database = this.#options.db): Promise<void> {
    const { audit, sessions, targets } = this.#options
    await inTransaction(db, async (transaction) => {
      await targets.lock(transaction, id, author)
      await sessions.endAll(transaction, id)
      await audit.success(transaction, 'all_sessions_end', { accountId: id }, author.context)
    })
  }
}
