import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Account } from '../../../../platform/kernel/account.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import type { Principal } from '../../../../platform/kernel/principal.ts'
import { noRequest, type RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { OutboxService } from '../../../messages/outbox/service.ts'
import { changesBetween } from '../../../safeguards/audit/model.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import type { StartedSession } from '../../../session-management/sessions/model.ts'
import type { SessionsService } from '../../../session-management/sessions/service.ts'
import type { TokensService } from '../../../session-management/tokens/service.ts'
import type { Targets } from '../targets.ts'
import { cannotImpersonate, type Impersonation, notImpersonating } from './model.ts'

export interface ImpersonationOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success'>
  readonly outbox: Pick<OutboxService, 'notifyOwner'>
  readonly sessions: Pick<SessionsService, 'end' | 'start'>
  readonly targets: Targets
  readonly tokens: Pick<TokensService, 'beforeRoles' | 'issueAccessToken'>
  readonly config: { readonly impersonationNotice: boolean; readonly impersonationSeconds: number }
}

export interface ImpersonationRequest {
  readonly reason: string
  readonly mode: 'access_token' | 'cookie'
}

/**
 * Lets an administrator see an account as its owner does. The session has no roles and no permissions, is never fresh, and
 * may make only the calls that say so (`openToImpersonators`): nobody may use it to change a credential, a contact or a
 * role, or to delete the account (I6, I8).
 */
export class ImpersonationService {
  readonly #options: ImpersonationOptions

  constructor(options: ImpersonationOptions) {
    this.#options = options
  }

  /** @throws `not_found`, `forbidden` for someone who may do more, `cannot_impersonate` */
  async start(
    id: AccountId,
    { mode, reason }: ImpersonationRequest,
    { caller, context }: { readonly caller: Principal; readonly context: RequestContext },
  ): Promise<Impersonation> {
    const { config, db, targets, tokens } = this.#options
    const impersonator = { accountId: caller.accountId, sessionId: caller.sessionId, reason }
    const rolesReadAt = tokens.beforeRoles()
    const { account, session } = await inTransaction(db, async (transaction) => {
      const target = await targets.lock(transaction, id, { caller, context })
      if (target.status !== 'active' || target.kind !== 'person' || id === caller.accountId)
        throw new Failure(cannotImpersonate)
      const started = await this.#options.sessions.start(transaction, {
        accountId: id,
        methods: ['impersonation'],
        mode,
        // The owner gets a list of their sessions, and the network of the administrator is no business of theirs.
        context: noRequest,
        lifeSecondsMax: config.impersonationSeconds,
        impersonator,
      })
      await this.#record(transaction, target, { session: started, reason, context })
      return { account: target, session: started }
    })
    if (mode === 'cookie') return { account, session, accessToken: null }
    const subject = {
      ...{ account, accountId: id, sessionId: session.id, roles: [], permissions: [], clientId: null },
      ...{ authentication: session.authentication, sessionEndsAt: session.expiresAt },
      ...{ rolesReadAt, impersonator },
    }
    return {
      account,
      session,
      accessToken: await tokens.issueAccessToken(subject, config.impersonationSeconds),
    }
  }

  /** @throws `not_impersonating` */
  async stop(caller: Principal, context: RequestContext): Promise<void> {
    const { audit, db, sessions } = this.#options
    if (caller.impersonator === null) throw new Failure(notImpersonating)
    const { accountId, sessionId } = caller
    await inTransaction(db, async (transaction) => {
      await sessions.end(transaction, { accountId, sessionId })
      await audit.success(transaction, 'impersonation_end', { accountId, sessionId }, context)
    })
  }

  async #record(
    transaction: Transaction,
    account: Account,
    {
      context,
      reason,
      session,
    }: { readonly session: StartedSession; readonly reason: string; readonly context: RequestContext },
  ): Promise<void> {
    const { audit, config, outbox } = this.#options
    const changes = changesBetween(null, { reason, ends_at: session.expiresAt.toISOString() })
    const subject = { accountId: account.id, sessionId: session.id, changes }
    await audit.success(transaction, 'impersonation_start', subject, context)
    if (config.impersonationNotice)
      await outbox.notifyOwner(transaction, account, 'account_viewed', { context: noRequest })
  }
}
