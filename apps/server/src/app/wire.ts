import { availableParallelism } from 'node:os'
import type { Redis } from 'ioredis'
import { AccountsRepository } from '../features/accounts/repository.ts'
import { AccountsService } from '../features/accounts/service.ts'
import { AdministrationService } from '../features/administration/service.ts'
import type { AuditEvent } from '../features/audit/model.ts'
import { AuditRepository } from '../features/audit/repository.ts'
import { AuditService } from '../features/audit/service.ts'
import { IdempotencyRepository } from '../features/idempotency/repository.ts'
import { IdempotencyService } from '../features/idempotency/service.ts'
import { KeysRepository } from '../features/keys/repository.ts'
import { KeysService } from '../features/keys/service.ts'
import { LoginService } from '../features/login/service.ts'
import { PasswordsRepository } from '../features/passwords/repository.ts'
import { PasswordsService } from '../features/passwords/service.ts'
import { ClientLimiter, noLimiter } from '../features/rate-limits/clients/service.ts'
import { GuessesRepository } from '../features/rate-limits/guesses/repository.ts'
import { GuessesService } from '../features/rate-limits/guesses/service.ts'
import { RegistrationService } from '../features/registration/service.ts'
import { RolesRepository } from '../features/roles/repository.ts'
import { RolesService } from '../features/roles/service.ts'
import { SessionsRepository } from '../features/sessions/repository.ts'
import { SessionsService } from '../features/sessions/service.ts'
import { TokensService } from '../features/tokens/service.ts'
import { UserSecretsRepository } from '../features/user-secrets/repository.ts'
import { UserSecretsService } from '../features/user-secrets/service.ts'
import type { Config } from '../platform/config/load-config.ts'
import { HashQueue } from '../platform/crypto/hash-queue.ts'
import { PasswordHasher } from '../platform/crypto/password-hasher.ts'
import { Sealer } from '../platform/crypto/sealing.ts'
import type { Database } from '../platform/database/tables.ts'
import type { Metrics } from '../platform/http/metrics.ts'
import type { Clock } from '../platform/kernel/clock.ts'
import type { PublicAddress } from './public-address.ts'

export interface WireOptions {
  readonly config: Config
  readonly masterSecret: string
  readonly db: Database
  /** For limits that all nodes share; null where each counts for itself. */
  readonly redis: Redis | null
  readonly clock: Clock
  readonly publicAddress: PublicAddress
  /** Told what happens, where anybody looks. */
  readonly metrics?: Pick<Metrics, 'countEvent' | 'observeHashWait'>
}

export type Services = ReturnType<typeof wire>

/** Everything that is, made by hand and in reading order. */
export function wire(options: WireOptions) {
  const platform = wirePlatform(options)
  const records = wireRecords(options, platform)
  const flows = wireFlows(options, records)
  return { ...platform, ...records, ...flows }
}

function wirePlatform({ config, masterSecret, metrics }: WireOptions) {
  const sealer = new Sealer({ current: masterSecret, previous: config.secretPrevious ?? [] })
  const queue = new HashQueue({
    // A hash takes a whole core for tens of milliseconds; more at once than there are cores makes each slower.
    concurrency: availableParallelism(),
    depth: config.passwordQueueDepth,
    deadlineMs: config.passwordQueueWaitMs,
    sharePerCaller: Math.ceil(config.passwordQueueDepth / 2),
    ...(metrics && { onWait: metrics.observeHashWait }),
  })
  const cost = {
    memoryKib: config.passwordMemoryKib,
    iterations: config.passwordIterations,
    parallelism: config.passwordParallelism,
  }
  return { sealer, queue, hasher: new PasswordHasher({ cost, queue }) }
}

function wireRecords(options: WireOptions, { sealer, hasher }: ReturnType<typeof wirePlatform>) {
  const { config, db, redis, clock, publicAddress, metrics } = options
  const { defaultRegion, passwordLengthMin: lengthMin, serviceName } = config
  const tokenTtlSeconds = config.accessTokenTtlSeconds

  const onEvent = ({ action, method, outcome }: AuditEvent) => metrics?.countEvent(action, method, outcome)
  const audit = new AuditService({ audit: new AuditRepository(), clock, onEvent })
  const limiter = config.limits ? new ClientLimiter(redis) : noLimiter
  const guesses = new GuessesService({ db, guesses: new GuessesRepository(), clock, isOn: config.limits })
  const idempotency = new IdempotencyService({ db, keys: new IdempotencyRepository(), sealer, clock })
  const accounts = new AccountsService({
    db,
    accounts: new AccountsRepository(),
    sealer,
    clock,
    defaultRegion,
  })
  const roles = new RolesService({ db, roles: new RolesRepository() })
  const keys = new KeysService({ db, keys: new KeysRepository(), sealer, clock, tokenTtlSeconds })
  const tokens = new TokensService({
    keys,
    clock,
    issuer: publicAddress.get,
    audience: () => config.audience ?? publicAddress.get(),
    ttlSeconds: tokenTtlSeconds,
  })
  const ttlSeconds = config.sessionTtlSeconds
  const sessions = new SessionsService({ db, sessions: new SessionsRepository(), clock, ttlSeconds })
  const passwords = new PasswordsService({
    db,
    passwords: new PasswordsRepository(),
    hasher,
    clock,
    lengthMin,
    serviceName,
  })
  const userSecrets = new UserSecretsService({ db, userSecrets: new UserSecretsRepository(), clock })
  return {
    audit,
    limiter,
    guesses,
    idempotency,
    accounts,
    roles,
    keys,
    tokens,
    sessions,
    passwords,
    userSecrets,
  }
}

function wireFlows({ config, db }: WireOptions, records: ReturnType<typeof wireRecords>) {
  const registration = new RegistrationService({
    ...records,
    db,
    isOpen: config.registration === 'open',
    availability: config.availability.map((name) => (name === 'phone_number' ? 'phoneNumber' : name)),
  })
  const login = new LoginService({ ...records, db })
  const administration = new AdministrationService({ ...records, db })
  return { registration, login, administration }
}
