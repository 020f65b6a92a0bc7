import { PublicUrl } from '../../apps/server/src/app/public-url.ts'
import { wire } from '../../apps/server/src/app/wire.ts'
import { RegistrationService } from '../../apps/server/src/features/authentication/registration/service.ts'
import { PasswordsRepository } from '../../apps/server/src/features/authenticators/passwords/repository.ts'
import {
  PasswordsService,
  type PasswordsServiceOptions,
} from '../../apps/server/src/features/authenticators/passwords/service.ts'
import { loadConfig } from '../../apps/server/src/platform/config/load-config.ts'
import { systemClock } from '../../apps/server/src/platform/kernel/clock.ts'
import { newId } from '../../apps/server/src/platform/kernel/ids.ts'
import { benchSecret } from '../servers/proxima.ts'
import { CollectingDatabase, type Rows } from './collecting-database.ts'
import { type Person, registrationOf, sharedPassword } from './people.ts'

const context = { actor: null, ipAddress: '127.0.0.1', userAgent: 'bench', requestId: newId() }

/** Registers people with the server's own services and keeps the rows. All have the same password, which is hashed once. */
export class AccountMaker {
  readonly #collecting: CollectingDatabase
  readonly #services: ReturnType<typeof wire>
  readonly #registration: RegistrationService

  private constructor(
    collecting: CollectingDatabase,
    services: ReturnType<typeof wire>,
    registration: RegistrationService,
  ) {
    this.#collecting = collecting
    this.#services = services
    this.#registration = registration
  }

  static async create(): Promise<AccountMaker> {
    const collecting = new CollectingDatabase()
    const { db } = collecting
    // The codes that a registration sends expire in minutes, and few of the people in a filled database are new.
    const config = loadConfig({ PROXIMA_VERIFICATION: 'off' })
    const publicUrl = new PublicUrl('http://127.0.0.1')
    const services = wire({
      config,
      masterSecret: benchSecret,
      db,
      redis: null,
      clock: systemClock,
      publicUrl,
    })
    const hash = await services.hasher.hash(sharedPassword)
    const options = { ...services, db, clock: systemClock, lengthMin: config.passwordLengthMin }
    const passwords = new OneHash(
      { ...options, passwords: new PasswordsRepository(), oldBackend: null, serviceName: config.serviceName },
      hash,
    )
    const registration = new RegistrationService({
      ...services,
      db,
      passwords,
      needsContact: false,
      isOpen: true,
      strict: null,
    })
    return new AccountMaker(collecting, services, registration)
  }

  /** Registers a person and signs them in once. */
  async add(index: number): Promise<Person> {
    const input = registrationOf(index)
    const { account, userSecret } = await this.#registration.create(input, {
      context,
      idempotencyKey: null,
    })
    const method = userSecret === null ? ('password' as const) : ('user_secret' as const)
    const session = { accountId: account.id, methods: [method], mode: 'token', context } as const
    await this.#services.sessions.start(this.#collecting.db, session)
    return { username: input.username, email: input.email, userSecret }
  }

  takeRows(): ReadonlyMap<string, Rows> {
    return this.#collecting.take()
  }
}

class OneHash extends PasswordsService {
  readonly #hash: string

  constructor(options: PasswordsServiceOptions, hash: string) {
    super(options)
    this.#hash = hash
  }

  override async hash(): Promise<string> {
    return this.#hash
  }
}
