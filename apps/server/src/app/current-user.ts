import type { SessionsService } from '../features/session-management/sessions/service.ts'
import type { TokensService } from '../features/session-management/tokens/service.ts'
import type { Authenticate } from '../platform/http/access.ts'
import { Failure } from '../platform/kernel/failures.ts'
import { invalidToken } from '../platform/kernel/problems.ts'

const notTheirs = new Error('the session belongs to another account than the token names')

export interface CurrentUserOptions {
  readonly tokens: Pick<TokensService, 'verifyAccessToken'>
  readonly sessions: Pick<SessionsService, 'isCode' | 'principal' | 'principalByCode'>
}

/**
 * Who is calling. A session code is looked up; an access token says which session it belongs to. Whether that still
 * lives, and which roles its owner has, the database says each time, so that what is revoked is dead at once.
 */
export function authenticateWith({ tokens, sessions }: CurrentUserOptions): Authenticate {
  return async (credential) => {
    if (sessions.isCode(credential)) return await sessions.principalByCode(credential)
    const { accountId, sessionId } = await tokens.verifyAccessToken(credential)
    const principal = await sessions.principal(sessionId)
    if (principal.accountId !== accountId) throw new Failure(invalidToken, { cause: notTheirs })
    return principal
  }
}
