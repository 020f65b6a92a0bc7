import { availableParallelism } from 'node:os'
import type { Redis } from 'ioredis'
import { AdministrationService } from '../features/administration/users/service.ts'
import { LogoutService } from '../features/authentication/login/logout.ts'
import { RefreshService } from '../features/authentication/login/refresh.ts'
import { RestoreService } from '../features/authentication/login/restore.ts'
import { LoginService } from '../features/authentication/login/service.ts'
import { ProofService } from '../features/authentication/reauthentication/service.ts'
import { RegistrationService } from '../features/authentication/registration/service.ts'
import { StrictRegistration } from '../features/authentication/registration/strict.ts'
import { PasswordsRepository } from '../features/authenticators/passwords/repository.ts'
import { PasswordsService } from '../features/authenticators/passwords/service.ts'
import { UserSecretsRepository } from '../features/authenticators/user-secrets/repository.ts'
import { UserSecretsService } from '../features/authenticators/user-secrets/service.ts'
import { RolesRepository } from '../features/authorization/roles/repository.ts'
import { RolesService } from '../features/authorization/roles/service.ts'
import { DeliveryService } from '../features/messages/delivery/service.ts'
import type { Channel } from '../features/messages/model.ts'
import { OutboxRepository } from '../features/messages/outbox/repository.ts'
import { OutboxService } from '../features/messages/outbox/service.ts'
import { transportsOf } from '../features/messages/transports/transports.ts'
import type { AuditEvent } from '../features/safeguards/audit/model.ts'
import { AuditRepository } from '../features/safeguards/audit/repository.ts'
import { AuditService } from '../features/safeguards/audit/service.ts'
import { IdempotencyRepository } from '../features/safeguards/idempotency/repository.ts'
import { IdempotencyService } from '../features/safeguards/idempotency/service.ts'
import { ClientLimiter, noLimiter } from '../features/safeguards/rate-limits/clients/service.ts'
import { GuessesRepository } from '../features/safeguards/rate-limits/guesses/repository.ts'
import { GuessesService } from '../features/safeguards/rate-limits/guesses/service.ts'
import { PasswordChangeService } from '../features/self-service/credentials/password.ts'
import { SecretRenewalService } from '../features/self-service/credentials/secret.ts'
import { UsernameChangeService } from '../features/self-service/credentials/username.ts'
import { Erasure } from '../features/self-service/deletions/erasure.ts'
import { DeletionsRepository } from '../features/self-service/deletions/repository.ts'
import { DeletionsService } from '../features/self-service/deletions/service.ts'
import { ExportService } from '../features/self-service/export/service.ts'
import { KeysRepository } from '../features/session-management/keys/repository.ts'
import { KeysService } from '../features/session-management/keys/service.ts'
import { SessionsRepository } from '../features/session-management/sessions/repository.ts'
import { SessionsService } from '../features/session-management/sessions/service.ts'
import { TokensService } from '../features/session-management/tokens/service.ts'
import { AccountsRepository } from '../features/users/accounts/repository.ts'
import { AccountsService } from '../features/users/accounts/service.ts'
import { Decoder } from '../features/users/pictures/decoding/decoder.ts'
import { PicturesRepository } from '../features/users/pictures/repository.ts'
import { PicturesService, type PicturesServiceOptions } from '../features/users/pictures/service.ts'
import { storeOf } from '../features/users/pictures/stores/stores.ts'
import { ProfilesRepository } from '../features/users/profiles/repository.ts'
import { ProfilesService } from '../features/users/profiles/service.ts'
import type { Config } from '../platform/config/load-config.ts'
import { Cursors } from '../platform/crypto/cursors.ts'
import { PasswordHasher } from '../platform/crypto/password-hasher.ts'
import { Sealer } from '../platform/crypto/sealing.ts'
import { tracedQueue } from '../platform/crypto/traced-queue.ts'
import type { Engine } from '../platform/database/engine.ts'
import { scrub } from '../platform/database/scrub.ts'
import type { Database } from '../platform/database/tables.ts'
import type { Metrics } from '../platform/http/metrics.ts'
import type { Clock } from '../platform/kernel/clock.ts'
import { FairQueue } from '../platform/kernel/fair-queue.ts'
import type { Tracing } from '../platform/kernel/tracing.ts'
import type { PublicAddress } from './public-address.ts'

export interface WireOptions {
  readonly config: Config
  readonly masterSecret: string
  readonly db: Database
  /** Whose database it is; without it nothing is taken out of its files. */
  readonly engine?: Pick<Engine, 'scrub'>
  /** For limits that all nodes share; null where each counts for itself. */
  readonly redis: Redis | null
  readonly clock: Clock
  readonly publicAddress: PublicAddress
  /** Told what happens, where anybody looks. */
  readonly metrics?: Pick<Metrics, 'countEvent' | 'observeHashWait'>
  readonly tracing?: Tracing | null
}

export type Services = ReturnType<typeof wire>

/** Everything that is, made by hand and in reading order. */
export function wire(options: WireOptions) {
  const platform = wirePlatform(options)
  const records = wireRecords(options, platform)
  const flows = wireFlows(options, records)
  return { ...platform, ...records, ...flows }
}

function wirePlatform({ config, masterSecret, metrics, tracing = null }: WireOptions) {
  const sealer = new Sealer({ current: masterSecret, previous: config.secretPrevious ?? [] })
  const queue = new FairQueue({
    // A hash takes a whole core for tens of milliseconds; more at once than there are cores makes each slower.
    concurrency: availableParallelism(),
    depth: config.passwordQueueDepth,
    deadlineMs: config.passwordQueueWaitMs,
    ...(metrics && { onWait: metrics.observeHashWait }),
  })
  const cost = {
    memoryKib: config.passwordMemoryKib,
    iterations: config.passwordIterations,
    parallelism: config.passwordParallelism,
  }
  const hasher = new PasswordHasher({ cost, queue: tracing === null ? queue : tracedQueue(queue, tracing) })
  const decoder = new Decoder({
    // The other cores are for those who wait for something else.
    concurrency: Math.max(1, Math.floor(availableParallelism() / 2)),
    depth: 16,
    bytesMax: config.pictureSizeMaxBytes,
    pixelsMax: config.picturePixelsMax,
  })
  return { sealer, cursors: new Cursors(sealer), queue, hasher, decoder }
}

function wireRecords(options: WireOptions, { sealer, hasher, decoder }: ReturnType<typeof wirePlatform>) {
  const { config, db, redis, clock, publicAddress, metrics } = options
  const { defaultRegion, passwordLengthMin: lengthMin, serviceName } = config
  const tokenTtlSeconds = config.accessTokenTtlSeconds

  const onEvent = ({ action, method, outcome }: AuditEvent) => metrics?.countEvent(action, method, outcome)
  const limiter = config.limits ? new ClientLimiter(redis) : noLimiter
  const audit = new AuditService({ audit: new AuditRepository(), clock, limiter, onEvent })
  const guesses = new GuessesService({ db, guesses: new GuessesRepository(), clock, isOn: config.limits })
  const idempotency = new IdempotencyService({ db, keys: new IdempotencyRepository(), sealer, clock })
  const messages = wireMessages(options, sealer)
  const accountsRepository = new AccountsRepository()
  const accounts = new AccountsService({
    db,
    accounts: accountsRepository,
    sealer,
    clock,
    defaultRegion,
    usernameRestDays: config.usernameRestDays,
  })
  const pictures = wirePictures(options, { accounts, audit, limiter, decoder })
  const profiles = new ProfilesService({
    db,
    profiles: new ProfilesRepository(),
    accounts,
    pictures,
    sealer,
  })
  const roles = new RolesService({ db, roles: new RolesRepository() })
  const keys = new KeysService({ db, audit, keys: new KeysRepository(), sealer, clock, tokenTtlSeconds })
  const tokens = new TokensService({
    keys,
    clock,
    issuer: publicAddress.get,
    audience: () => config.audience ?? publicAddress.get(),
    ttlSeconds: tokenTtlSeconds,
  })
  const sessions = new SessionsService({
    db,
    sessions: new SessionsRepository(accountsRepository),
    sealer,
    clock,
    ttlSeconds: config.sessionTtlSeconds,
    idleSeconds: config.sessionIdleSeconds,
    graceSeconds: config.refreshGraceSeconds,
  })
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
    ...messages,
    accounts,
    pictures,
    profiles,
    roles,
    keys,
    tokens,
    sessions,
    passwords,
    userSecrets,
  }
}

function wirePictures(
  { config, db, clock, publicAddress }: WireOptions,
  above: Pick<PicturesServiceOptions, 'accounts' | 'audit' | 'limiter' | 'decoder'>,
) {
  return new PicturesService({
    ...above,
    db,
    pictures: new PicturesRepository(),
    clock,
    store: storeOf(config),
    publicUrl: publicAddress.get,
    sizeMaxBytes: config.pictureSizeMaxBytes,
    uploadsPerHour: config.pictureUploadsPerHour,
  })
}

function wireMessages({ config, db, clock, publicAddress }: WireOptions, sealer: Sealer) {
  const messages = new OutboxRepository()
  const publicUrl = publicAddress.get
  const transports = transportsOf({ ...config, publicUrl })
  // In development what is not sent is read on the outbox page; in production nobody could read it.
  const channels: readonly Channel[] = config.env === 'development' ? ['mail', 'sms'] : [...transports.keys()]
  const { serviceName } = config
  const outbox = new OutboxService({ db, messages, sealer, clock, serviceName, publicUrl, channels })
  const delivery = new DeliveryService({ db, messages, outbox, clock, transports })
  return { outbox, delivery }
}

function wireFlows(
  { config, db, clock, engine = { scrub: null } }: WireOptions,
  records: ReturnType<typeof wireRecords>,
) {
  const isStrict = config.privacy === 'strict'
  const proof = new ProofService({ ...records, db, clock, freshSeconds: config.freshSessionSeconds })
  const { pictures } = records
  const erasure = new Erasure({
    ...records,
    db,
    belongings: [{ find: (transaction, accountId) => pictures.removal(transaction, accountId) }],
    scrub: () => scrub(db, engine),
  })
  const deletions = new DeletionsService({
    ...records,
    db,
    clock,
    proof,
    erasure,
    deletions: new DeletionsRepository(),
    graceDays: config.deletionGraceDays,
  })
  const registration = new RegistrationService({
    ...records,
    db,
    isOpen: config.registration === 'open',
    strict: isStrict ? new StrictRegistration({ ...records, db }) : null,
    availability: config.availability
      .filter((name) => name === 'username' || !isStrict)
      .map((name) => (name === 'phone_number' ? 'phoneNumber' : name)),
  })
  const login = new LoginService({ ...records, deletions, db })
  const restore = new RestoreService({ ...records, login })
  const refresh = new RefreshService({ ...records, db })
  const logout = new LogoutService({ ...records, db })
  const passwordChange = new PasswordChangeService({ ...records, db, proof })
  const secretRenewal = new SecretRenewalService({ ...records, db, proof })
  const usernameChange = new UsernameChangeService({ ...records, db })
  const exports = new ExportService({ ...records, proof, db, clock, contributors: [pictures] })
  const administration = new AdministrationService({ ...records, deletions, db })
  return {
    proof,
    deletions,
    registration,
    login,
    restore,
    refresh,
    logout,
    passwordChange,
    secretRenewal,
    usernameChange,
    exports,
    administration,
  }
}
