import { Failure } from '../../../platform/kernel/failures.ts'
import { type Caller, hasSession } from '../../../platform/kernel/principal.ts'
import { invalidToken, tokenExpired } from '../../../platform/kernel/problems.ts'
import type { ApiKeysService } from '../../authenticators/api-keys/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { TokensService } from '../../session-management/tokens/service.ts'
import type { ActiveToken } from './model.ts'

export interface TokenOwnersOptions {
  readonly sessions: Pick<SessionsService, 'principalByCode' | 'principalByRefreshToken' | 'isCode'>
  readonly tokens: Pick<TokensService, 'verifyAccessToken'>
  readonly apiKeys: Pick<ApiKeysService, 'isKey' | 'inspect'>
  /** Finds the caller of a token, as every call does. */
  readonly authenticate: (token: string) => Promise<Caller>
}

const refreshTokenPrefix = 'pxr_'

/** Finds out what a token is, and to whom it belongs. */
export class TokenOwners {
  readonly #options: TokenOwnersOptions

  constructor(options: TokenOwnersOptions) {
    this.#options = options
  }

  /** Null for a token that does not work, for whatever reason: only the log knows which (RFC 7662 §2.2). */
  async find(token: string): Promise<ActiveToken | null> {
    try {
      return await this.#find(token)
    } catch (error) {
      if (error instanceof Failure && [invalidToken, tokenExpired].includes(error.problem)) return null
      throw error
    }
  }

  async #find(token: string): Promise<ActiveToken> {
    const { apiKeys, authenticate, sessions, tokens } = this.#options
    if (apiKeys.isKey(token)) {
      const { holder, expiresAt } = await apiKeys.inspect(token)
      return { kind: 'api_key', principal: holder, clientId: null, expiresAt }
    }
    if (token.startsWith(refreshTokenPrefix)) {
      const principal = await sessions.principalByRefreshToken(token)
      return { kind: 'refresh_token', principal, clientId: principal.clientId, claims: null }
    }
    const principal = await authenticate(token)
    if (!hasSession(principal)) throw new Failure(invalidToken)
    const { clientId } = principal
    if (sessions.isCode(token)) return { kind: 'session_code', principal, clientId, claims: null }
    return { kind: 'access_token', principal, clientId, claims: await tokens.verifyAccessToken(token) }
  }
}
