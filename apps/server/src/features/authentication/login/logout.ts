import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { SessionId } from '../../../platform/kernel/ids.ts'
import type { Bearer } from '../../../platform/kernel/principal.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import type { AuditAction } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'

export interface LogoutOptions {
  readonly db: Database
  readonly audit: AuditService
  readonly sessions: SessionsService
}

type OwnedSession = Pick<Bearer, 'accountId' | 'sessionId'>

export interface Logout {
  /** That of the credential; null where none came. */
  readonly current: OwnedSession | null
  readonly refreshToken: string | null
  readonly ipAddress: string
}

/** How sessions are ended by their owner. */
export class LogoutService {
  readonly #options: LogoutOptions

  constructor(options: LogoutOptions) {
    this.#options = options
  }

  /** Ends the session of the credential, and that of the refresh token; one that is over already is no failure. */
  async logout({ current, refreshToken, ipAddress }: Logout): Promise<void> {
    const { sessions } = this.#options
    const other = refreshToken === null ? null : await sessions.ownerOf(refreshToken)
    if (current !== null) await this.#end('sign_out', current, ipAddress)
    if (other !== null && other.sessionId !== current?.sessionId)
      await this.#end('sign_out', other, ipAddress)
  }

  /** @throws `not_found`, also for somebody else's */
  async endOne({ accountId }: OwnedSession, sessionId: SessionId, ipAddress: string): Promise<void> {
    const wasThere = await this.#end('session_end', { accountId, sessionId }, ipAddress)
    if (!wasThere) throw new Failure(notFound)
  }

  async endOthers(caller: OwnedSession, ipAddress: string): Promise<void> {
    const { db, sessions } = this.#options
    await inTransaction(db, async (transaction) => {
      await sessions.endOthers(transaction, caller)
      await this.#record(transaction, 'other_sessions_end', caller, ipAddress)
    })
  }

  async #end(action: AuditAction, session: OwnedSession, ipAddress: string): Promise<boolean> {
    const { db, sessions } = this.#options
    return await inTransaction(db, async (transaction) => {
      const wasThere = await sessions.end(transaction, session)
      if (wasThere) await this.#record(transaction, action, session, ipAddress)
      return wasThere
    })
  }

  async #record(
    transaction: Transaction,
    action: AuditAction,
    { accountId, sessionId }: OwnedSession,
    ipAddress: string,
  ): Promise<void> {
    const event = { action, outcome: 'success', method: null, accountId, sessionId, ipAddress } as const
    await this.#options.audit.record(transaction, event)
  }
}
