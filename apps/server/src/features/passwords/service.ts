import type { PasswordHasher } from '../../platform/crypto/password-hasher.ts'
import type { Database } from '../../platform/database/tables.ts'
import type { Clock } from '../../platform/kernel/clock.ts'
import { Failure } from '../../platform/kernel/failures.ts'
import type { AccountId } from '../../platform/kernel/ids.ts'
import { overloaded } from '../../platform/kernel/problems.ts'
import { assertNewPassword } from './policy.ts'
import type { PasswordsRepository } from './repository.ts'

export interface PasswordsServiceOptions {
  readonly db: Database
  readonly passwords: PasswordsRepository
  readonly hasher: PasswordHasher
  readonly clock: Clock
  readonly lengthMin: number
  readonly serviceName: string
}

export interface NewPassword {
  readonly password: string
  /** What is known of the owner, and so of what a guesser would try. */
  readonly context: readonly string[]
  /** Whose share of the hashing queue it takes: the client's address. */
  readonly caller: string | null
  /** Asked when its turn to be hashed has come; what it throws ends the matter before any work. */
  readonly onTurn: () => Promise<void>
}

export class PasswordsService {
  readonly #db: Database
  readonly #passwords: PasswordsRepository
  readonly #hasher: PasswordHasher
  readonly #clock: Clock
  readonly #lengthMin: number
  readonly #serviceName: string

  constructor({ db, passwords, hasher, clock, lengthMin, serviceName }: PasswordsServiceOptions) {
    this.#db = db
    this.#passwords = passwords
    this.#hasher = hasher
    this.#clock = clock
    this.#lengthMin = lengthMin
    this.#serviceName = serviceName
  }

  /**
   * Judges and hashes a new password. Slow, so never inside a transaction.
   * @throws `password_too_weak`, `overloaded`
   */
  async hash({ password, context, caller, onTurn }: NewPassword): Promise<string> {
    await assertNewPassword(password, {
      lengthMin: this.#lengthMin,
      context: [...context, this.#serviceName],
      pointer: '/password',
    })
    return await this.#hasher.hash(password, { ...queueing(caller), onTurn })
  }

  async store(db: Database, accountId: AccountId, hash: string): Promise<void> {
    await this.#passwords.insert(db, accountId, hash, this.#clock.now())
  }

  /**
   * For `nobody`, and for an account without a password, it costs the same query and the same hash (ASVS 6.3.8).
   * @throws `overloaded`
   */
  async verify(accountId: AccountId, password: string, caller: string | null): Promise<boolean> {
    const hash = await this.#passwords.findHash(this.#db, accountId)
    const { matches, needsRehash } = await this.#hasher.verify(password, hash, queueing(caller))
    if (matches && needsRehash && hash !== null) await this.#rehash(accountId, password, hash, caller)
    return matches
  }

  async #rehash(accountId: AccountId, password: string, from: string, caller: string | null): Promise<void> {
    try {
      const to = await this.#hasher.hash(password, queueing(caller))
      await this.#passwords.replaceHash(this.#db, accountId, { from, to })
    } catch (error) {
      // The password was right; a busy server is no reason to refuse it, and the next sign-in comes.
      if (!(error instanceof Failure) || error.problem !== overloaded) throw error
    }
  }
}

function queueing(caller: string | null): { caller?: string } {
  return caller === null ? {} : { caller }
}
