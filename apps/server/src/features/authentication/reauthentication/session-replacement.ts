import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { forbidden } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { GrantedSessions } from '../../session-management/sessions/granted/service.ts'
import type { StartedSession } from '../../session-management/sessions/model.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import { proveOwner } from './given-proof.ts'
import type { GivenProof } from './model.ts'
import type { ReauthenticationService } from './service.ts'

export interface SessionReplacementOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success'>
  readonly reauthentication: Pick<ReauthenticationService, 'byCredentials' | 'byFactor'>
  readonly sessions: Pick<SessionsService, 'start' | 'proofs'>
  readonly grantedSessions: Pick<GrantedSessions, 'endReplaced'>
  readonly clock: Clock
}

/** Gives the owner of a session in a browser a fresh one in its place. */
export class SessionReplacement {
  readonly #options: SessionReplacementOptions

  constructor(options: SessionReplacementOptions) {
    this.#options = options
  }

  /**
   * The former session ends, so that someone who has copied its cookie does not become fresh too (A52, ASVS 7.2.4). The
   * new one keeps what was proved in it, and ends when it would have: no one stays signed in longer by it.
   * @throws `validation_failed`, `invalid_credentials`, `rate_limited`, `overloaded`; `forbidden` to an application
   */
  async replace(caller: Principal, given: GivenProof, context: RequestContext): Promise<StartedSession> {
    const { audit, clock, db, grantedSessions, reauthentication, sessions } = this.#options
    const { accountId, clientId, sessionEndsAt } = caller
    if (clientId !== null) throw new Failure(forbidden)
    const owner = await proveOwner(reauthentication, caller, given, context)
    const { methods } = owner
    return await inTransaction(db, async (transaction) => {
      await owner.confirm(transaction)
      const earlier = await sessions.proofs(transaction, caller)
      const lifeSecondsMax = Math.floor((sessionEndsAt.getTime() - clock.now().getTime()) / 1_000)
      const next = { accountId, methods, mode: 'cookie', context, lifeSecondsMax, earlier } as const
      const session = await sessions.start(transaction, next)
      await grantedSessions.endReplaced(transaction, caller, session.id)
      const subject = { accountId, sessionId: session.id, method: methods.join(' ') }
      await audit.success(transaction, 'reauthentication', subject, context)
      return session
    })
  }
}
