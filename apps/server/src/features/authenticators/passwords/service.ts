import { refuseImport } from '../../../platform/crypto/imported-hash.ts'
import type { PasswordHasher } from '../../../platform/crypto/password-hasher.ts'
import { readPassword } from '../../../platform/crypto/password-text.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, newId } from '../../../platform/kernel/ids.ts'
import { invalidFields, overloaded } from '../../../platform/kernel/problems.ts'
import { warmUpBlocklist } from './blocklist.ts'
import { assertNewPassword } from './policy.ts'
import type { PasswordChange, PasswordsRepository } from './repository.ts'

export interface PasswordsServiceOptions {
  readonly db: Database
  readonly passwords: PasswordsRepository
  readonly hasher: PasswordHasher
  readonly clock: Clock
  readonly lengthMin: number
  readonly serviceName: string
}

/** How a password waits to be hashed. */
export interface Waiting {
  /** Whose share of the queue it takes: the client's address. */
  readonly clientKey: string
  /** Asked when its turn has come; what it throws ends the matter before any work. */
  readonly onAdmitted: () => Promise<void>
}

export interface ChosenPassword {
  readonly password: string
  /** What is known of the owner, and so of what a guesser would try. */
  readonly context: readonly string[]
  /** Where it stands in the request: a JSON pointer. */
  readonly pointer?: '/password' | '/new_password'
}

export interface NewPassword extends ChosenPassword, Waiting {}

export interface PasswordCheck {
  readonly matches: boolean
  /** The hash of a right password that was made at a lower cost than is asked for now. */
  readonly outdatedHash: string | null
  /** Which of the account's passwords it was held against; see `isCurrent`. */
  readonly version: string | null
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
  async hash({ clientKey, onAdmitted, ...chosen }: NewPassword): Promise<string> {
    await this.assertAcceptable(chosen)
    return await this.#hasher.hash(chosen.password, { clientKey, onAdmitted })
  }

  /** @throws `password_too_weak` */
  async assertAcceptable({ password, context, pointer = '/password' }: ChosenPassword): Promise<void> {
    await assertNewPassword(password, {
      lengthMin: this.#lengthMin,
      context: [...context, this.#serviceName],
      pointer,
    })
  }

  /**
   * Judges a hash that another system made. The password behind it is judged by nobody: only its owner knows it.
   * @throws `validation_failed`
   */
  assertImportable(hash: string): void {
    const detail = refuseImport(hash)
    if (detail !== null) throw invalidFields({ pointer: '/password_hash', code: 'not_accepted', detail })
  }

  async store(db: Database, accountId: AccountId, hash: string): Promise<void> {
    await this.#passwords.insert(db, accountId, this.#changeTo(hash))
  }

  /** In place of the password that the account has, or as its first. */
  async change(db: Transaction, accountId: AccountId, hash: string): Promise<void> {
    const isReplaced = await this.#passwords.replace(db, accountId, this.#changeTo(hash))
    if (!isReplaced) await this.store(db, accountId, hash)
  }

  /** Whether both are typed for the same password (NFKC). */
  isSame(one: string, other: string): boolean {
    return readPassword(one) === readPassword(other)
  }

  /** Since when the account has the password that it has; null where it has none. */
  since(accountId: AccountId): Promise<Date | null> {
    return this.#passwords.findChangedAt(this.#db, accountId)
  }

  /**
   * For `nobody`, and for an account without a password, it costs the same query and the same hash (ASVS 6.3.8).
   * @throws `overloaded`
   */
  async verify(accountId: AccountId, password: string, waiting: Waiting): Promise<PasswordCheck> {
    const stored = await this.#passwords.find(this.#db, accountId)
    const hash = stored?.hash ?? null
    const { matches, needsRehash } = await this.#hasher.verify(password, hash, waiting)
    return { matches, outdatedHash: needsRehash ? hash : null, version: stored?.version ?? null }
  }

  /**
   * Whether the password that was verified is still that of the account. Asked where the account is held: hashing takes
   * its time, and meanwhile the password may have been changed. The same one hashed anew is the same.
   */
  async isCurrent(db: Database, accountId: AccountId, version: string | null): Promise<boolean> {
    const stored = await this.#passwords.find(db, accountId)
    return stored !== null && stored.version === version
  }

  async has(db: Database, accountId: AccountId): Promise<boolean> {
    return (await this.#passwords.find(db, accountId)) !== null
  }

  /**
   * Hashes the right password anew at the present cost, over the hash that was read and no other.
   * @returns whether it did
   */
  async renew(
    accountId: AccountId,
    password: string,
    outdatedHash: string,
    caller: string,
  ): Promise<boolean> {
    try {
      const to = await this.#hasher.hash(password, { clientKey: caller })
      return await this.#passwords.replaceHash(this.#db, accountId, { from: outdatedHash, to })
    } catch (error) {
      // The password was right; a busy server is no reason to refuse it, and the next sign-in comes.
      if (!(error instanceof Failure) || error.problem !== overloaded) throw error
      return false
    }
  }

  /** @throws `overloaded` where a password of that caller could not be hashed in time */
  assertCapacity(caller: string): void {
    this.#hasher.assertCapacity(caller)
  }

  #changeTo(hash: string): PasswordChange {
    return { hash, version: newId(), changedAt: this.#clock.now() }
  }

  /** Loads what the first caller would otherwise wait for. */
  async warmUp(): Promise<void> {
    await Promise.all([this.#hasher.warmUp(), warmUpBlocklist()])
  }
}
