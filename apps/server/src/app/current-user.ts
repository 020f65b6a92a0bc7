import type { SessionsService } from '../features/sessions/service.ts'
import type { TokensService } from '../features/tokens/service.ts'
import type { Authenticate } from '../platform/http/access.ts'

export interface CurrentUserOptions {
  readonly tokens: Pick<TokensService, 'verifyAccessToken'>
  readonly sessions: Pick<SessionsService, 'principal'>
}

/**
 * Who is calling. The token says which session it belongs to; whether that still lives, and which roles its owner
 * has, the database says each time, so that what is revoked is dead at once.
 */
export function authenticateWith({ tokens, sessions }: CurrentUserOptions): Authenticate {
  return async (credential) => {
    const { sessionId } = await tokens.verifyAccessToken(credential)
    return await sessions.principal(sessionId)
  }
}
