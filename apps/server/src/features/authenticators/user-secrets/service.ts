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

/** With the prefix, a scanner for leaked secrets can recognize a user secret. */
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

  /** Generates the secret of the account, 256 bits. The owner sees it once; only its digest is stored. */
  async create(db: Database, accountId: AccountId): Promise<string> {
    const secret = randomSecret(prefix)
    await this.#userSecrets.insert(db, accountId, digestSecret(secret), this.#clock.now())
    return secret
  }

  /** Like `create`. The previous secret, if there is one, no longer works. */
  async renew(db: Transaction, accountId: AccountId): Promise<string> {
    const secret = randomSecret(prefix)
    const digest = digestSecret(secret)
    const now = this.#clock.now()
    const isReplaced = await this.#userSecrets.replace(db, accountId, digest, now)
    if (!isReplaced) await this.#userSecrets.insert(db, accountId, digest, now)
    return secret
  }

  findOwner(secret: string, db: Database = this.#db): Promise<AccountId | null> {
    return this.#userSecrets.findAccountId(db, digestSecret(secret))
  }

  /** When the secret of the account was generated; null if it has none. */
  since(accountId: AccountId): Promise<Date | null> {
    return this.#userSecrets.findCreatedAt(this.#db, accountId)
  }
}
