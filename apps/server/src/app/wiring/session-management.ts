import { TrustedDevicesRepository } from '../../features/authenticators/trusted-devices/repository.ts'
import { TrustedDevices } from '../../features/authenticators/trusted-devices/service.ts'
import { SignInShortcuts } from '../../features/authenticators/trusted-devices/shortcuts.ts'
import { contractTokenSeconds } from '../../features/integration/contracts/model.ts'
import { EntriesRepository } from '../../features/openid/entries/repository.ts'
import { EntriesService } from '../../features/openid/entries/service.ts'
import { ChallengesRepository } from '../../features/session-management/challenges/repository.ts'
import { ChallengesService } from '../../features/session-management/challenges/service.ts'
import { KeysRepository } from '../../features/session-management/keys/repository.ts'
import { KeysService } from '../../features/session-management/keys/service.ts'
import { AllSessions } from '../../features/session-management/sessions/all-sessions.ts'
import { GrantedSessionsRepository } from '../../features/session-management/sessions/granted/repository.ts'
import { GrantedSessions } from '../../features/session-management/sessions/granted/service.ts'
import { ImpersonatorsRepository } from '../../features/session-management/sessions/impersonators/repository.ts'
import { LastSeenRepository } from '../../features/session-management/sessions/last-seen/repository.ts'
import { LastSeenService } from '../../features/session-management/sessions/last-seen/service.ts'
import { ManySessionsRepository } from '../../features/session-management/sessions/many/repository.ts'
import { ClientSessions } from '../../features/session-management/sessions/many/service.ts'
import { ProofsRepository } from '../../features/session-management/sessions/proofs/repository.ts'
import { SessionsRepository } from '../../features/session-management/sessions/repository.ts'
import { SessionsService } from '../../features/session-management/sessions/service.ts'
import { TokensService } from '../../features/session-management/tokens/service.ts'
import { AccountsRepository } from '../../features/users/accounts/repository.ts'
import type { Config } from '../../platform/config/load-config.ts'
import type { Database, Transaction } from '../../platform/database/tables.ts'
import { dayMs } from '../../platform/kernel/durations.ts'
import type { AccountId } from '../../platform/kernel/ids.ts'
import { secondFactorRule } from '../../platform/kernel/second-factor-rule.ts'
import { mustVerify } from '../must-verify.ts'
import type { Platform } from './platform.ts'
import type { Safeguards } from './safeguards.ts'
import type { Statistics } from './statistics.ts'

export type SessionManagement = ReturnType<typeof wireSessionManagement>

export function wireSessionManagement(above: Platform & Safeguards & Statistics) {
  const { config, publicUrl } = above
  const { accessTokenTtlSeconds } = config
  const factorRule = secondFactorRule(config.secondFactor, config.secondFactorCodes)
  // A key verifies tokens until the last one that it signed has expired.
  const keys = new KeysService({
    ...above,
    keys: new KeysRepository(),
    tokenTtlSeconds: longestTokenSeconds(config),
  })
  const tokens = new TokensService({
    ...above,
    keys,
    issuer: publicUrl.get,
    audience: () => config.audience ?? publicUrl.get(),
    mustVerify: (account) => mustVerify(config, account),
    ttlSeconds: accessTokenTtlSeconds,
  })
  const repository = new SessionsRepository(new AccountsRepository())
  const lastSeen = new LastSeenService({ ...above, lastSeen: new LastSeenRepository() })
  const challenges = new ChallengesService({ ...above, challenges: new ChallengesRepository() })
  const trustedDevices = new TrustedDevices({
    ...above,
    trustedDevices: new TrustedDevicesRepository(),
    trustMs: config.trustedDeviceDays * dayMs,
  })
  const shortcuts = new SignInShortcuts({ challenges, trustedDevices })
  const openIdEntries = new EntriesService({ ...above, entries: new EntriesRepository() })
  const unfinished = {
    endAll: async (transaction: Transaction, accountId: AccountId) => {
      await shortcuts.endAll(transaction, accountId)
      await openIdEntries.endAll(transaction, accountId)
    },
    endEvery: async (db: Database) => {
      await shortcuts.endEvery(db)
      await openIdEntries.endEvery(db)
    },
  }
  const granted = new GrantedSessionsRepository()
  const sessions = new SessionsService({
    ...above,
    unfinished,
    sessions: repository,
    impersonators: new ImpersonatorsRepository(),
    granted,
    proofs: new ProofsRepository(),
    lastSeen,
    ttlSeconds: config.sessionTtlSeconds,
    accessTokenTtlSeconds,
    idleSeconds: config.sessionIdleSeconds,
    graceSeconds: config.refreshGraceSeconds,
    perAccountMax: config.sessionsPerAccountMax,
    factorRule,
  })
  const grantedSessions = new GrantedSessions({ ...above, granted, sessions })
  const many = new ManySessionsRepository()
  const allSessions = new AllSessions({ ...above, sessions: many, unfinished })
  const clientSessions = new ClientSessions({ ...above, sessions: many })
  return {
    keys,
    tokens,
    factorRule,
    lastSeen,
    challenges,
    trustedDevices,
    openIdEntries,
    sessions,
    grantedSessions,
    allSessions,
    clientSessions,
  }
}

/** The longest life of an access token that a key of this server signs. */
function longestTokenSeconds({ accessTokenTtlSeconds, contracts }: Config): number {
  return Math.max(accessTokenTtlSeconds, ...contracts.map(({ name }) => contractTokenSeconds[name]))
}
