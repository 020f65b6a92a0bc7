import { digestSecret } from '../../../platform/crypto/digests.ts'
import { randomSecret } from '../../../platform/crypto/random.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Guard } from '../../../platform/database/write-if.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { SecretOwner, UserSecretsRepository } from './repository.ts'

export interface UserSecretsServiceOptions {
  readonly db: Database
  readonly userSecrets: UserSecretsRepository
  readonly clock: Clock
}

/** With the prefix, a scanner for leaked secrets can recognize a user secret. */
const prefix = 'pxu_'

export class UserSecretsService {
  readonly #options: UserSecretsServiceOptions

  constructor(options: UserSecretsServiceOptions) {
    this.#options = options
  }

  /** Generates the secret of the account, 256 bits. The owner sees it once; only its digest is stored. */
  async create(db: Database, accountId: AccountId): Promise<string> {
    const secret = randomSecret(prefix)
    await this.#options.userSecrets.insert(db, accountId, digestSecret(secret), this.#options.clock.now())
    return secret
  }

  /** Like `create`. The previous secret, if there is one, no longer works. */
  async renew(db: Transaction, accountId: AccountId): Promise<string> {
    const secret = randomSecret(prefix)
    const digest = digestSecret(secret)
    const now = this.#options.clock.now()
    const isReplaced = await this.#options.userSecrets.replace(db, accountId, digest, now)
    if (!isReplaced) await this.#options.userSecrets.insert(db, accountId, digest, now)
    return secret
  }

  /** The secret no longer works, and no other does until the owner gets one. An account without one stays without. */
  async block(db: Transaction, accountId: AccountId): Promise<void> {
    const { clock, userSecrets } = this.#options
    await userSecrets.replace(db, accountId, digestSecret(randomSecret(prefix)), clock.now())
  }

  /** The secret of the account, if it has one, no longer works. */
  async remove(db: Transaction, accountId: AccountId): Promise<void> {
    await this.#options.userSecrets.delete(db, accountId)
  }

  findOwner(db: Database, secret: string): Promise<SecretOwner | null> {
    return this.#options.userSecrets.findOwner(db, digestSecret(secret))
  }

  /** The account is active and still has this secret. */
  isUnchanged(accountId: AccountId, secret: string): Guard {
    return this.#options.userSecrets.hasSecret(accountId, digestSecret(secret))
  }

  async has(db: Database, accountId: AccountId): Promise<boolean> {
    return (await this.#options.userSecrets.findCreatedAt(db, accountId)) !== null
  }

  /** When the secret of the account was generated; null if it has none. */
  createdAt(accountId: AccountId): Promise<Date | null> {
    return this.#options.userSecrets.findCreatedAt(this.#options.db, accountId)
  }
}
