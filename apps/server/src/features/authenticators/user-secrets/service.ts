import { digestSecret } from '../../../platform/crypto/digests.ts'
import { randomSecret } from '../../../platform/crypto/random.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { UserSecretsRepository } from './repository.ts'

export interface UserSecretsServiceOptions {
  readonly db: Database
  readonly userSecrets: UserSecretsRepository
  readonly clock: Clock
}

/** The prefix lets scanners of leaked secrets know what they have found. */
const prefix = 'pxu_'

export class UserSecretsService {
  readonly #db: Database
  readonly #userSecrets: UserSecretsRepository
  readonly #clock: Clock

  constructor({ db, userSecrets, clock }: UserSecretsServiceOptions) {
    this.#db = db
    this.#userSecrets = userSecrets
    this.#clock = clock
  }

  /** Makes the account's secret, 256 bits. It is shown once, to its owner; only its digest is kept. */
  async create(db: Database, accountId: AccountId): Promise<string> {
    const secret = randomSecret(prefix)
    await this.#userSecrets.insert(db, accountId, digestSecret(secret), this.#clock.now())
    return secret
  }

  /** As `create`, in place of the secret that the account may have, which is dead from then on. */
  async renew(db: Transaction, accountId: AccountId): Promise<string> {
    const secret = randomSecret(prefix)
    const digest = digestSecret(secret)
    const now = this.#clock.now()
    const wasThere = await this.#userSecrets.replace(db, accountId, digest, now)
    if (!wasThere) await this.#userSecrets.insert(db, accountId, digest, now)
    return secret
  }

  findOwner(secret: string, db: Database = this.#db): Promise<AccountId | null> {
    return this.#userSecrets.findAccountId(db, digestSecret(secret))
  }

  /** Since when the account has the secret that it has; null where it has none. */
  since(accountId: AccountId): Promise<Date | null> {
    return this.#userSecrets.findCreatedAt(this.#db, accountId)
  }
}
