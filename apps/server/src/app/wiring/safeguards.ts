import type { AuditEvent } from '../../features/safeguards/audit/model.ts'
import { AuditPeopleRepository } from '../../features/safeguards/audit/people/repository.ts'
import { AuditPeople } from '../../features/safeguards/audit/people/service.ts'
import { AuditRepository } from '../../features/safeguards/audit/repository.ts'
import { AuditService } from '../../features/safeguards/audit/service.ts'
import { IdempotencyRepository } from '../../features/safeguards/idempotency/repository.ts'
import { IdempotencyService } from '../../features/safeguards/idempotency/service.ts'
import { ProofOfWorkService } from '../../features/safeguards/proof-of-work/service.ts'
import { SignInAnomalies } from '../../features/safeguards/rate-limits/anomalies/service.ts'
import { ClientLimiter, noLimiter } from '../../features/safeguards/rate-limits/clients/service.ts'
import { GuessesRepository } from '../../features/safeguards/rate-limits/guesses/repository.ts'
import { GuessesService } from '../../features/safeguards/rate-limits/guesses/service.ts'
import { FeedRepository } from '../../features/safeguards/revocations/feed/repository.ts'
import { RevocationFeed } from '../../features/safeguards/revocations/feed/service.ts'
import { RevocationTail } from '../../features/safeguards/revocations/feed/tail.ts'
import { RevocationsRepository } from '../../features/safeguards/revocations/repository.ts'
import { RevocationsService } from '../../features/safeguards/revocations/service.ts'
import { ServersRepository } from '../../features/safeguards/servers/repository.ts'
import { ServersService } from '../../features/safeguards/servers/service.ts'
import type { Platform } from './platform.ts'

export type Safeguards = ReturnType<typeof wireSafeguards>

export function wireSafeguards({ config, db, redis, clock, keyedDigests, metrics, sealer }: Platform) {
  const onEvent = ({ action, method, outcome }: AuditEvent) => metrics?.countEvent(action, method, outcome)
  const limiter = config.limits ? new ClientLimiter(redis) : noLimiter
  const people = new AuditPeople(new AuditPeopleRepository())
  const audit = new AuditService({
    db,
    audit: new AuditRepository(),
    people,
    clock,
    limiter,
    onEvent,
  })
  const guesses = new GuessesService({
    db,
    audit,
    guesses: new GuessesRepository(),
    keyedDigests,
    clock,
    isOn: config.limits,
    hidesLimit: config.privacy === 'strict',
  })
  const anomalies = new SignInAnomalies({
    db,
    audit,
    guesses,
    limiter,
    clock,
    thresholds: {
      accountsMin: config.sprayAccountsMin,
      networksMin: config.sprayNetworksMin,
      frequentShareMin: config.spraySharePercent / 100,
    },
    networkLimitFactor: config.networkLimitFactor,
    isOn: config.limits,
    isStrict: config.sprayResponse === 'strict',
  })
  const proofOfWork =
    config.proofOfWork === 'on' && config.limits
      ? new ProofOfWorkService({
          limiter,
          keyedDigests,
          anomalies,
          clock,
          networkLimitFactor: config.networkLimitFactor,
        })
      : null
  const idempotency = new IdempotencyService({
    db,
    keys: new IdempotencyRepository(),
    sealer,
    limiter,
    clock,
  })
  const revocations = new RevocationsService({ db, clock, revocations: new RevocationsRepository() })
  const feed = new FeedRepository()
  const revocationTail = new RevocationTail({ db, feed, clock })
  revocations.onRecorded(() => revocationTail.wake())
  const revocationFeed = new RevocationFeed({ db, feed, clock, tail: revocationTail })
  const servers = new ServersService({ db, clock, servers: new ServersRepository() })
  return {
    audit,
    auditPeople: people,
    limiter,
    guesses,
    anomalies,
    proofOfWork,
    idempotency,
    revocations,
    revocationTail,
    revocationFeed,
    servers,
  }
}
