import { KeysRepository } from '../../features/session-management/keys/repository.ts'
import { KeysService } from '../../features/session-management/keys/service.ts'
import { AllSessions } from '../../features/session-management/sessions/all-sessions.ts'
import { LastSeenRepository } from '../../features/session-management/sessions/last-seen/repository.ts'
import { LastSeenService } from '../../features/session-management/sessions/last-seen/service.ts'
import { ManySessionsRepository } from '../../features/session-management/sessions/many/repository.ts'
import { ClientSessions } from '../../features/session-management/sessions/many/service.ts'
import { SessionsRepository } from '../../features/session-management/sessions/repository.ts'
import { SessionsService } from '../../features/session-management/sessions/service.ts'
import { TokensService } from '../../features/session-management/tokens/service.ts'
import { AccountsRepository } from '../../features/users/accounts/repository.ts'
import { mustVerify } from '../must-verify.ts'
import type { Platform } from './platform.ts'
import type { Safeguards } from './safeguards.ts'

export type SessionManagement = ReturnType<typeof wireSessionManagement>

export function wireSessionManagement(above: Platform & Safeguards) {
  const { config, publicUrl } = above
  const tokenTtlSeconds = config.accessTokenTtlSeconds
  const keys = new KeysService({ ...above, keys: new KeysRepository(), tokenTtlSeconds })
  const tokens = new TokensService({
    ...above,
    keys,
    issuer: publicUrl.get,
    audience: () => config.audience ?? publicUrl.get(),
    mustVerify: (account) => mustVerify(config, account),
    ttlSeconds: tokenTtlSeconds,
  })
  const repository = new SessionsRepository(new AccountsRepository())
  const lastSeen = new LastSeenService({ ...above, lastSeen: new LastSeenRepository() })
  const sessions = new SessionsService({
    ...above,
    sessions: repository,
    lastSeen,
    ttlSeconds: config.sessionTtlSeconds,
    accessTokenTtlSeconds: tokenTtlSeconds,
    idleSeconds: config.sessionIdleSeconds,
    graceSeconds: config.refreshGraceSeconds,
    perAccountMax: config.sessionsPerAccountMax,
  })
  const many = new ManySessionsRepository()
  const allSessions = new AllSessions({ ...above, sessions: many })
  const clientSessions = new ClientSessions({ ...above, sessions: many })
  return { keys, tokens, lastSeen, sessions, allSessions, clientSessions }
}
