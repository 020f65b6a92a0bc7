import type { Transaction } from '../../../../platform/database/tables.ts'
import type { AccountId, ClientId, SessionId } from '../../../../platform/kernel/ids.ts'
import type { OwnedSession } from '../../../../platform/kernel/principal.ts'
import type { RevocationsService } from '../../../safeguards/revocations/service.ts'
import { type NewSession, rejection, type StartedSession } from '../model.ts'
import type { SessionsService } from '../service.ts'
import type { GrantedSessionsRepository } from './repository.ts'

export interface GrantedSessionsOptions {
  readonly granted: GrantedSessionsRepository
  readonly revocations: Pick<RevocationsService, 'recordSessions'>
  readonly sessions: Pick<SessionsService, 'start' | 'end'>
}

/** How many sessions one application may have for one account. */
const perApplicationMax = 20
/** How many end at once, at most. */
const endedAtOnce = 100

/** The sessions that applications get by a grant of OpenID Connect. Most end with a session in a browser. */
export class GrantedSessions {
  readonly #options: GrantedSessionsOptions

  constructor(options: GrantedSessionsOptions) {
    this.#options = options
  }

  /** Begins one, unless the session on which it depends has ended meanwhile. @throws `invalid_token` */
  async start(transaction: Transaction, parent: OwnedSession, next: NewSession): Promise<StartedSession> {
    const { granted, sessions } = this.#options
    if (!(await granted.lockParent(transaction, parent))) throw rejection('the session has ended')
    return await sessions.start(transaction, next)
  }

  /**
   * Ends the oldest ones of an application that has too many for one account. They have a share of their own, so that no
   * application can end the sessions of its users (I13).
   */
  async endSurplus(
    transaction: Transaction,
    of: { readonly accountId: AccountId; readonly clientId: ClientId },
  ): Promise<void> {
    const { granted, sessions } = this.#options
    const surplus = { keep: perApplicationMax, limit: endedAtOnce }
    for (const sessionId of await granted.listSurplus(transaction, of, surplus))
      await sessions.end(transaction, { accountId: of.accountId, sessionId })
  }

  /** Ends those of a grant. */
  async endByGrant(transaction: Transaction, grantId: string): Promise<void> {
    const { granted, revocations } = this.#options
    for (const { accountId, sessionId } of await granted.deleteByGrant(transaction, grantId))
      await revocations.recordSessions(transaction, accountId, [sessionId])
  }

  /** Ends a session that another one has replaced. What depended on it depends on that one now. */
  async endReplaced(transaction: Transaction, replaced: OwnedSession, by: SessionId): Promise<void> {
    const { granted, sessions } = this.#options
    await granted.moveChildren(transaction, replaced.sessionId, by)
    await sessions.end(transaction, replaced)
  }
}
