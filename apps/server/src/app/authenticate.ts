import type { ApiKeysService } from '../features/authenticators/api-keys/service.ts'
import type { SessionsService } from '../features/session-management/sessions/service.ts'
import { firstPartyClientId } from '../features/session-management/tokens/model.ts'
import type { TokensService } from '../features/session-management/tokens/service.ts'
import type { Authenticate } from '../platform/http/access.ts'
import { Failure } from '../platform/kernel/failures.ts'
import { invalidToken } from '../platform/kernel/problems.ts'

const wrongAccount = new Error('the session does not belong to the account that the token names')

const wrongClient = new Error('the session does not belong to the client that the token names')

export interface AuthenticateOptions {
  readonly apiKeys: Pick<ApiKeysService, 'isKey' | 'holder'>
  readonly tokens: Pick<TokensService, 'verifyAccessToken'>
  readonly sessions: Pick<SessionsService, 'isCode' | 'principal' | 'principalByCode'>
}

/**
 * Identifies the caller. A session code and an API key are looked up, and an access token names its session. Each call
 * asks the database if the session or the key is still valid and which roles its owner has, so that a revocation takes
 * effect at once.
 */
export function authenticateWith({ apiKeys, tokens, sessions }: AuthenticateOptions): Authenticate {
  return async (credential, context) => {
    if (sessions.isCode(credential)) return await sessions.principalByCode(credential)
    if (apiKeys.isKey(credential)) return await apiKeys.holder(credential, context)
    const { accountId, clientId, scope, sessionId } = await tokens.verifyAccessToken(credential)
    const principal = await sessions.principal(sessionId)
    if (principal.accountId !== accountId) throw new Failure(invalidToken, { cause: wrongAccount })
    // A token that was issued to another application must not act as a user who is signed in here (RFC 9700 §2.3).
    if ((principal.clientId ?? firstPartyClientId) !== clientId)
      throw new Failure(invalidToken, { cause: wrongClient })
    if (scope === null) return principal
    return { ...principal, permissions: principal.permissions.filter((each) => scope.includes(each)) }
  }
}
