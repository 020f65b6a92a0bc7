import { availableParallelism } from 'node:os'
import { AccountsRepository } from '../features/accounts/repository.ts'
import { AccountsService } from '../features/accounts/service.ts'
import { KeysRepository } from '../features/keys/repository.ts'
import { KeysService } from '../features/keys/service.ts'
import { LoginService } from '../features/login/service.ts'
import { PasswordsRepository } from '../features/passwords/repository.ts'
import { PasswordsService } from '../features/passwords/service.ts'
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
import type { Clock } from '../platform/kernel/clock.ts'
import type { PublicAddress } from './public-address.ts'

export interface WireOptions {
  readonly config: Config
  readonly masterSecret: string
  readonly db: Database
  readonly clock: Clock
  readonly publicAddress: PublicAddress
}

export type Services = ReturnType<typeof wire>

/** Everything that is, made by hand and in reading order. */
export function wire({ config, masterSecret, db, clock, publicAddress }: WireOptions) {
  // A hash takes a whole core for tens of milliseconds; more at once than there are cores only makes each slower.
  const cores = availableParallelism()
  const sealer = new Sealer({ current: masterSecret })
  const queue = new HashQueue({
    concurrency: cores,
    depth: config.passwordQueueDepth,
    deadlineMs: config.passwordQueueWaitMs,
    sharePerCaller: Math.ceil(config.passwordQueueDepth / 2),
  })
  const cost = {
    memoryKib: config.passwordMemoryKib,
    iterations: config.passwordIterations,
    parallelism: config.passwordParallelism,
  }
  const hasher = new PasswordHasher({ cost, queue })

  const accounts = new AccountsService({
    db,
    accounts: new AccountsRepository(),
    sealer,
    clock,
    defaultRegion: config.defaultRegion,
  })
  const roles = new RolesService({ db, roles: new RolesRepository() })
  const keys = new KeysService({ db, keys: new KeysRepository(), sealer, clock })
  const tokens = new TokensService({
    keys,
    clock,
    issuer: publicAddress.get,
    audience: () => config.audience ?? publicAddress.get(),
    ttlSeconds: config.accessTokenTtlSeconds,
  })
  const sessions = new SessionsService({
    db,
    sessions: new SessionsRepository(),
    clock,
    ttlSeconds: config.sessionTtlSeconds,
  })
  const passwords = new PasswordsService({
    db,
    passwords: new PasswordsRepository(),
    hasher,
    clock,
    lengthMin: config.passwordLengthMin,
    serviceName: config.serviceName,
  })
  const userSecrets = new UserSecretsService({ db, userSecrets: new UserSecretsRepository(), clock })

  const registration = new RegistrationService({
    db,
    accounts,
    roles,
    passwords,
    userSecrets,
    isOpen: config.registration === 'open',
    availability: config.availability.map((name) => (name === 'phone_number' ? 'phoneNumber' : name)),
  })
  const login = new LoginService({ accounts, roles, tokens, sessions, passwords, userSecrets })

  return { hasher, accounts, roles, keys, tokens, sessions, passwords, userSecrets, registration, login }
}
