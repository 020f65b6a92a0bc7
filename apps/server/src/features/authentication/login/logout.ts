import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { SessionId } from '../../../platform/kernel/ids.ts'
import type { OwnedSession } from '../../../platform/kernel/principal.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { AuditAction } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'

export interface LogoutOptions {
  readonly db: Database
  readonly audit: AuditService
  readonly sessions: SessionsService
}

export interface Logout {
  /** The session of the credential; null if the request has none. */
  readonly current: OwnedSession | null
  readonly refreshToken: string | null
}

/** Ends sessions at the request of their owner. */
export class LogoutService {
  readonly #options: LogoutOptions

  constructor(options: LogoutOptions) {
    this.#options = options
  }

  /** Ends the sessions of the credential and of the refresh token. A session that is already over is not an error. */
  async logout({ current, refreshToken }: Logout, context: RequestContext): Promise<void> {
    const { sessions } = this.#options
    const other = refreshToken === null ? null : await sessions.ownerOf(refreshToken)
    if (current !== null) await this.#end('sign_out', current, context)
    if (other !== null && other.sessionId !== current?.sessionId) await this.#end('sign_out', other, context)
  }

  /** @throws `not_found`, also for a session of another account */
  async endOne({ accountId }: OwnedSession, sessionId: SessionId, context: RequestContext): Promise<void> {
    const wasThere = await this.#end('session_end', { accountId, sessionId }, context)
    if (!wasThere) throw new Failure(notFound)
  }

  async endOthers(caller: OwnedSession, context: RequestContext): Promise<void> {
    const { audit, db, sessions } = this.#options
    await inTransaction(db, async (transaction) => {
      await sessions.endOthers(transaction, caller)
      await audit.success(transaction, 'other_sessions_end', caller, context)
    })
  }

  async #end(action: AuditAction, session: OwnedSession, context: RequestContext): Promise<boolean> {
    const { audit, db, sessions } = this.#options
    return await inTransaction(db, async (transaction) => {
      const wasThere = await sessions.end(transaction, session)
      if (wasThere) await audit.success(transaction, action, session, context)
      return wasThere
    })
  }
}
