import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { Permission } from '../../../platform/kernel/permission.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { invalidToken } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { TokensService } from '../../session-management/tokens/service.ts'
import type { SignedIn } from '../sign-in/model.ts'
import type { RefreshLimits } from './model.ts'

export interface RefreshOptions {
  readonly db: Database
  readonly audit: AuditService
  readonly outbox: OutboxService
  readonly sessions: SessionsService
  readonly tokens: TokensService
}

const noClient: RefreshLimits = { clientId: null, narrow: (permissions) => permissions }
const anotherClient = new Error('the refresh token of another client')

export class RefreshService {
  readonly #options: RefreshOptions

  constructor(options: RefreshOptions) {
    this.#options = options
  }

  /** @throws `invalid_token`, also for the token of another client; the failures of `narrow` */
  async refresh(
    refreshToken: string,
    context: RequestContext,
    { clientId, narrow, application }: RefreshLimits = noClient,
  ): Promise<SignedIn> {
    const { sessions, tokens } = this.#options
    const rolesReadAt = tokens.beforeRoles()
    // `judgeRefresh` in sessions/refresh-token.ts decides between the three kinds.
    const outcome = await sessions.refresh(refreshToken, (principal) => {
      if (principal.clientId !== clientId) throw new Failure(invalidToken, { cause: anotherClient })
      narrow(principal.permissions)
    })
    if (outcome.kind === 'reused') return await this.#endReused(outcome.principal, context)
    const { principal, refreshToken: next } = outcome
    const permissions = narrow(principal.permissions)
    const { delegation, isForServices } = delegated(principal, permissions, application)
    const subject = { ...principal, delegation, permissions, rolesReadAt, isForServices }
    const accessToken = await tokens.issueAccessToken(subject)
    const { account, roles, sessionId: id, authentication, sessionEndsAt: expiresAt } = principal
    const session = { id, authentication, refreshToken: next, code: null, expiresAt }
    return { kind: 'signed_in', account, roles, permissions, session, accessToken, delegation }
  }

  // Two parties have the token. One of them is an attacker, and the server cannot tell which (RFC 9700 §4.14.2).
  async #endReused({ account, accountId, sessionId }: Principal, context: RequestContext): Promise<never> {
    const { audit, db, outbox, sessions } = this.#options
    await inTransaction(db, async (transaction) => {
      // Of many simultaneous requests, only the first ends the session and records it.
      if (!(await sessions.end(transaction, { accountId, sessionId }))) return
      await audit.failure(
        transaction,
        'refresh_reuse',
        { accountId, sessionId, reason: 'refresh_token_reused' },
        context,
      )
      await outbox.notifyOwner(transaction, account, 'refresh_reused', { context })
    })
    throw new Failure(invalidToken, {
      cause: new Error('a refresh token was used again: the session is ended'),
    })
  }
}

/** What an application may still know and do. It may be registered for less than when the person agreed. */
function delegated(
  { delegation }: Principal,
  permissions: readonly Permission[],
  application: RefreshLimits['application'],
) {
  if (delegation === null || application === undefined)
    return { delegation, isForServices: delegation === null }
  const scope = delegation.scope.filter((each) => application.scope.includes(each))
  const isForServices = application.isFirstParty || permissions.length > 0
  return { delegation: { ...delegation, scope }, isForServices }
}
