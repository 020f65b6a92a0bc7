import { GrantedSessionsRepository } from '../../src/features/session-management/sessions/granted/repository.ts'
import { ImpersonatorsRepository } from '../../src/features/session-management/sessions/impersonators/repository.ts'
import { LastSeenRepository } from '../../src/features/session-management/sessions/last-seen/repository.ts'
import { LastSeenService } from '../../src/features/session-management/sessions/last-seen/service.ts'
import type { SessionsServiceOptions } from '../../src/features/session-management/sessions/options.ts'
import { ProofsRepository } from '../../src/features/session-management/sessions/proofs/repository.ts'
import { SessionsRepository } from '../../src/features/session-management/sessions/repository.ts'
import { SessionsService } from '../../src/features/session-management/sessions/service.ts'
import { AccountsRepository } from '../../src/features/users/accounts/repository.ts'
import { Sealer } from '../../src/platform/crypto/sealing.ts'
import { testSecret } from './test-server.ts'

/** The sessions service on that database. Its timeouts are so long that no test reaches one by chance. */
export function sessionsOn(
  options: Pick<SessionsServiceOptions, 'db' | 'clock'> & Partial<SessionsServiceOptions>,
): SessionsService {
  return new SessionsService({
    sessions: new SessionsRepository(new AccountsRepository()),
    granted: new GrantedSessionsRepository(),
    proofs: new ProofsRepository(),
    lastSeen: new LastSeenService({ db: options.db, lastSeen: new LastSeenRepository() }),
    activity: { note: () => undefined },
    impersonators: new ImpersonatorsRepository(),
    revocations: { recordSessions: async () => undefined },
    unfinished: { endAll: async () => undefined },
    audit: { success: async () => undefined },
    sealer: new Sealer({ current: testSecret }),
    ttlSeconds: 3_600,
    accessTokenTtlSeconds: 900,
    idleSeconds: 3_600,
    graceSeconds: 10,
    perAccountMax: 10_000,
    factorRule: { requires: () => false, isMetBy: () => true },
    ...options,
  })
}
