import type { Sealer } from '../../../platform/crypto/sealing.ts'
import type { Database } from '../../../platform/database/tables.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { SecondFactorRule } from '../../../platform/kernel/second-factor-rule.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { RevocationsService } from '../../safeguards/revocations/service.ts'
import type { GrantedSessionsRepository } from './granted/repository.ts'
import type { ImpersonatorsRepository } from './impersonators/repository.ts'
import type { LastSeenService } from './last-seen/service.ts'
import type { ProofsRepository } from './proofs/repository.ts'
import type { SessionsRepository } from './repository.ts'
import type { UnfinishedSignIns } from './unfinished.ts'

/** Counts the people who use a session on a day. The figures come later in the reading order. */
export interface Activity {
  note(accountId: AccountId, at: Date): void
}

export interface SessionsServiceOptions {
  readonly db: Database
  readonly sessions: SessionsRepository
  readonly granted: GrantedSessionsRepository
  readonly proofs: ProofsRepository
  readonly lastSeen: LastSeenService
  readonly impersonators: ImpersonatorsRepository
  readonly activity: Activity
  readonly audit: Pick<AuditService, 'success'>
  readonly revocations: Pick<RevocationsService, 'recordSessions'>
  readonly unfinished: Pick<UnfinishedSignIns, 'endAll'>
  readonly sealer: Sealer
  readonly clock: Clock
  readonly ttlSeconds: number
  readonly accessTokenTtlSeconds: number
  readonly idleSeconds: number
  readonly graceSeconds: number
  /** The maximum number of sessions of one account. */
  readonly perAccountMax: number
  /** Who must have a second factor. */
  readonly factorRule: Pick<SecondFactorRule, 'requires' | 'isMetBy'>
}
