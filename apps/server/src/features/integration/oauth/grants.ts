import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type Limiter, takeOrThrow } from '../../../platform/kernel/limiter.ts'
import type { Permission } from '../../../platform/kernel/permission.ts'
import { invalidToken } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { Refreshing } from '../../authentication/login/model.ts'
import type { LoginService } from '../../authentication/login/service.ts'
import {
  factorEnrolmentRequired,
  invalidCredentials,
  mfaRequired,
  requireSignedIn,
  type SignedIn,
  type SigningClient,
} from '../../authentication/sign-in/model.ts'
import { type Client, common, type GrantType } from '../../authorization/clients/model.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { NewSession, SessionClient, StartedSession } from '../../session-management/sessions/model.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import { firstPartyClientId, scopeClaim } from '../../session-management/tokens/model.ts'
import type { TokensService } from '../../session-management/tokens/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { AuthenticatedClient } from './client-authentication.ts'
import {
  type IssuedTokens,
  invalidGrant,
  narrowed,
  narrowedPermissions,
  secondFactorNeeded,
  unauthorizedClient,
} from './model.ts'

export interface GrantsOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get' | 'lockActive'>
  readonly audit: Pick<AuditService, 'success'>
  readonly limiter: Pick<Limiter, 'take'>
  readonly login: Pick<LoginService, 'withPassword'>
  readonly refresh: Refreshing
  readonly roles: Pick<RolesService, 'grantsOf'>
  readonly sessions: Pick<SessionsService, 'start'>
  readonly tokens: Pick<TokensService, 'beforeRoles' | 'issueAccessToken'>
  /** The ids of the clients that may use the grant `password`; `proxima` for people's own programs without an id. */
  readonly passwordClients: readonly string[]
}

interface Asked {
  readonly client: AuthenticatedClient | null
  readonly scope: string | undefined
  readonly context: RequestContext
}

/**
 * A token of a client lives as long as an access token, and each is a row. More than this means that the client asks for
 * a new one for every call (I13).
 */
const tokensOfClient = { name: 'client-tokens', quota: 10_000, windowSeconds: 900 }

/** Issues tokens for the grants of RFC 6749. */
export class GrantsService {
  readonly #options: GrantsOptions

  constructor(options: GrantsOptions) {
    this.#options = options
  }

  /**
   * A token for the client itself (RFC 6749 §4.4): that of its service account, with the permissions that both the
   * account and the client have.
   * @throws `unauthorized_client`, `invalid_scope`, `rate_limited`
   */
  async forClient({ client: authenticated, scope: asked, context }: Asked): Promise<IssuedTokens> {
    const { accounts, db, limiter, roles, tokens } = this.#options
    if (authenticated === null) throw new Failure(unauthorizedClient)
    const { client, method } = authenticated
    const { accountId } = client
    assertMayUse(authenticated, 'client_credentials')
    // Anyone can send the id of a public client (RFC 6749 §4.4).
    if (accountId === null || method === 'none') throw new Failure(unauthorizedClient)
    const rolesReadAt = tokens.beforeRoles()
    const held = await roles.grantsOf(db, accountId)
    const permissions = narrowed(common(client.scope, held.permissions), asked)
    await takeOrThrow(limiter, tokensOfClient, client.id)
    const session = await this.#start({
      ...{ accountId, methods: [method], mode: 'access_token', context },
      client: { id: client.id, scope: asked === undefined ? null : permissions },
    })
    const account = await accounts.get(db, accountId)
    const subject = {
      ...{ account, accountId, sessionId: session.id, roles: held.roles, permissions, clientId: client.id },
      ...{ authentication: session.authentication, sessionEndsAt: session.expiresAt, rolesReadAt },
    }
    const { token, expiresInSeconds } = await tokens.issueAccessToken(subject)
    return { accessToken: token, expiresInSeconds, refreshToken: null, scope: permissions }
  }

  /**
   * New tokens of the session to which the refresh token belongs, which must be one of this client (A80).
   * @throws `invalid_grant`, `invalid_scope`, `unauthorized_client`
   */
  async byRefreshToken(refreshToken: string, { client, scope, context }: Asked): Promise<IssuedTokens> {
    assertMayUse(client, 'refresh_token')
    const limits = {
      clientId: client?.client.id ?? null,
      narrow: (permissions: readonly Permission[]) => narrowedPermissions(permissions, scope),
      ...(client !== null && { application: applicationOf(client.client) }),
    }
    try {
      const { refresh } = this.#options
      return issued(await refresh.refresh(refreshToken, context, limits), client)
    } catch (error) {
      throw asOAuthFailure(error)
    }
  }

  /**
   * Signs a person in with the password that they gave to the client (RFC 6749 §4.3). Any program that people give their
   * password to can do everything as them, so only those that the operator has listed may ask (RFC 9700 §2.4).
   * @throws `unauthorized_client`, `invalid_grant`, `invalid_scope`, `mfa_required`, `rate_limited`, `overloaded`
   */
  async byPassword(
    { username, password }: { readonly username: string; readonly password: string },
    { client, scope: asked, context }: Asked,
  ): Promise<IssuedTokens> {
    const { login, passwordClients } = this.#options
    if (!passwordClients.includes(client?.client.id ?? firstPartyClientId))
      throw new Failure(unauthorizedClient)
    assertMayUse(client, 'password')
    if (client === null && asked !== undefined) narrowed([], asked)
    const limits = client && signingClient(client.client, asked)
    const identifiers = [{ kind: 'any', text: username }] as const
    const mode =
      client === null || client.client.grantTypes.includes('refresh_token') ? 'token' : 'access_token'
    try {
      const outcome = await login.withPassword({ identifiers, password, mode, client: limits }, context)
      return issued(requireSignedIn(outcome), client)
    } catch (error) {
      throw asOAuthFailure(error)
    }
  }

  /** @throws `unauthorized_client` if the account is not active */
  async #start(newSession: NewSession & { readonly client: SessionClient }): Promise<StartedSession> {
    const { accounts, audit, db, sessions } = this.#options
    const { accountId, client, context, methods } = newSession
    return await inTransaction(db, async (transaction) => {
      if (!(await accounts.lockActive(transaction, accountId))) throw new Failure(unauthorizedClient)
      const session = await sessions.start(transaction, newSession)
      const about = {
        accountId,
        sessionId: session.id,
        method: methods.join(' '),
        target: `client:${client.id}`,
      }
      const actor = { accountId, credentialId: session.id }
      await audit.success(transaction, 'client_sign_in', about, { ...context, actor })
      return session
    })
  }
}

/** @throws `invalid_scope` */
function signingClient({ id, scope }: Client, asked: string | undefined): SigningClient {
  const mayHave = narrowed(scope, asked)
  return { id, mayHave, scope: asked === undefined ? null : mayHave }
}

/** Everyone has the grants of the client without a record. @throws `unauthorized_client` */
function assertMayUse(client: AuthenticatedClient | null, grant: GrantType): void {
  if (client !== null && !client.client.grantTypes.includes(grant)) throw new Failure(unauthorizedClient)
}

function applicationOf({ isFirstParty, openIdScope, scope }: Client) {
  return { isFirstParty, scope: [...openIdScope, ...scope] }
}

function issued(
  { accessToken, delegation = null, permissions, session }: SignedIn,
  client: AuthenticatedClient | null,
): IssuedTokens {
  if (accessToken === null) throw new Error('a token grant gives an access token')
  return {
    accessToken: accessToken.token,
    expiresInSeconds: accessToken.expiresInSeconds,
    refreshToken: session.refreshToken,
    scope:
      client === null
        ? null
        : scopeClaim(delegation, permissions)
            .split(' ')
            .filter((each) => each !== ''),
  }
}

const enrolmentNeeded =
  'The account needs a second factor and has none. Its owner can add one on the sign-in page.'

/** One answer for everything that is wrong with a person's credentials or with a refresh token (RFC 6749 §5.2). */
function asOAuthFailure(error: unknown): unknown {
  if (!(error instanceof Failure)) return error
  const { cause = error, members, problem } = error
  if (problem === factorEnrolmentRequired)
    return new Failure(invalidGrant, { detail: enrolmentNeeded, cause })
  if (problem === mfaRequired) return new Failure(secondFactorNeeded, { members, cause })
  return [invalidCredentials, invalidToken].includes(problem) ? new Failure(invalidGrant, { cause }) : error
}
