import type { Database, Transaction } from '../../platform/database/tables.ts'
import { inTransaction } from '../../platform/database/transactions.ts'
import { Failure } from '../../platform/kernel/failures.ts'
import type { AccountId, SessionId } from '../../platform/kernel/ids.ts'
import { isOpenIdScope } from '../../platform/kernel/openid-scopes.ts'
import { invalidToken } from '../../platform/kernel/problems.ts'
import type { RequestContext } from '../../platform/kernel/request-context.ts'
import { type Client, common } from '../authorization/clients/model.ts'
import type { RolesService } from '../authorization/roles/service.ts'
import { type IssuedTokens, invalidGrant } from '../integration/oauth/model.ts'
import type { AuditService } from '../safeguards/audit/service.ts'
import type { GrantedSessions } from '../session-management/sessions/granted/service.ts'
import type { NewSession, StartedSession } from '../session-management/sessions/model.ts'
import type { SessionsService } from '../session-management/sessions/service.ts'
import type { TokensService } from '../session-management/tokens/service.ts'
import type { AccountsService } from '../users/accounts/service.ts'
import type { EntriesService } from './entries/service.ts'

export interface RedemptionOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get' | 'lockActive'>
  readonly audit: Pick<AuditService, 'success'>
  readonly entries: Pick<EntriesService, 'keepGrant'>
  readonly roles: Pick<RolesService, 'grantsOf'>
  readonly grantedSessions: Pick<GrantedSessions, 'start' | 'endSurplus'>
  readonly sessions: Pick<SessionsService, 'principal' | 'proofs'>
  readonly tokens: Pick<TokensService, 'beforeRoles' | 'issueAccessToken' | 'ready'>
}

/** A code that the library has accepted, and that can be redeemed once. */
export interface AcceptedCode {
  readonly accountId: AccountId
  readonly grantId: string
  /** The session in the browser in which the person agreed. */
  readonly sessionId: SessionId
  readonly scope: readonly string[]
}

/** Gives an application the tokens of a person: those of a session, like all others. */
export class Redemption {
  readonly #options: RedemptionOptions

  constructor(options: RedemptionOptions) {
    this.#options = options
  }

  /** @throws `invalid_grant` if the person has signed out since, or may not sign in any more, or the grant has ended */
  async redeem(code: AcceptedCode, client: Client, context: RequestContext): Promise<IssuedTokens> {
    const { accounts, db, roles, tokens } = this.#options
    const rolesReadAt = tokens.beforeRoles()
    await tokens.ready()
    const session = await this.#begin(code, client, context)
    const { accountId, scope } = code
    const account = await accounts.get(db, accountId)
    const held = await roles.grantsOf(db, accountId)
    const permissions = common(client.scope, held.permissions).filter((each) => scope.includes(each))
    const { token, expiresInSeconds } = await tokens.issueAccessToken({
      ...{ account, accountId, sessionId: session.id, roles: held.roles, permissions, clientId: client.id },
      ...{ authentication: session.authentication, sessionEndsAt: session.expiresAt, rolesReadAt },
      delegation: { scope },
      isForServices: client.isFirstParty || permissions.length > 0,
    })
    return {
      accessToken: token,
      expiresInSeconds,
      refreshToken: session.refreshToken,
      scope: [...scope.filter(isOpenIdScope), ...permissions],
    }
  }

  async #begin(code: AcceptedCode, client: Client, context: RequestContext): Promise<StartedSession> {
    const { accounts, audit, db, entries, grantedSessions, sessions } = this.#options
    const { accountId, grantId, sessionId } = code
    try {
      const parent = await sessions.principal(sessionId)
      if (parent.accountId !== accountId) throw new Failure(invalidGrant)
      return await inTransaction(db, async (transaction) => {
        if (!(await accounts.lockActive(transaction, accountId))) throw new Failure(invalidGrant)
        const next = await this.#sessionOf(transaction, code, {
          client,
          context,
          endsAt: parent.sessionEndsAt,
        })
        const session = await grantedSessions.start(transaction, { accountId, sessionId }, next)
        // Someone else may have used the code too, which ends the grant (RFC 6749 §4.1.2, A107).
        if (!(await entries.keepGrant(transaction, grantId, session.expiresAt)))
          throw new Failure(invalidGrant)
        await grantedSessions.endSurplus(transaction, { accountId, clientId: client.id })
        const subject = { accountId, sessionId: session.id, target: `client:${client.id}` }
        await audit.success(transaction, 'application_sign_in', subject, context)
        return session
      })
    } catch (error) {
      if (error instanceof Failure && error.problem === invalidToken)
        throw new Failure(invalidGrant, { cause: error })
      throw error
    }
  }

  /** It knows what the person has proved, and ends with their session unless they have agreed that it does not. */
  async #sessionOf(
    transaction: Transaction,
    { accountId, grantId, scope, sessionId }: AcceptedCode,
    { client, context, endsAt }: { client: Client; context: RequestContext; endsAt: Date },
  ): Promise<NewSession> {
    const inherited = await this.#options.sessions.proofs(transaction, { accountId, sessionId })
    const lasts = scope.includes('offline_access')
    return {
      accountId,
      methods: [],
      mode: client.grantTypes.includes('refresh_token') ? 'token' : 'access_token',
      context,
      client: { id: client.id, scope, grant: { id: grantId, parentId: lasts ? null : sessionId } },
      inherited,
      ...(!lasts && { endsAtMax: endsAt }),
    }
  }
}
