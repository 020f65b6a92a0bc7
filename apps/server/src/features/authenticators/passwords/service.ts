import { setTimeout } from 'node:timers/promises'
import type { HashHints } from '../../../platform/crypto/hash-formats/foreign-hash.ts'
import { importedWorkOf, readImportedHash } from '../../../platform/crypto/imported-hash.ts'
import type { PasswordHasher } from '../../../platform/crypto/password-hasher.ts'
import { readPassword } from '../../../platform/crypto/password-text.ts'
import type { Write } from '../../../platform/database/prepared-write.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Guard } from '../../../platform/database/write-if.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { FairQueue } from '../../../platform/kernel/fair-queue.ts'
import { type AccountId, newId } from '../../../platform/kernel/ids.ts'
import { invalidFields, overloaded, unavailable } from '../../../platform/kernel/problems.ts'
import { clientKeyOf, type RequestContext } from '../../../platform/kernel/request-context.ts'
import type { Guess } from '../../safeguards/rate-limits/guesses/model.ts'
import type { GuessesService } from '../../safeguards/rate-limits/guesses/service.ts'
import { warmUpBlocklist } from './blocklist.ts'
import type { PasswordPolicy } from './model.ts'
import type { OldBackend } from './old-backend.ts'
import { assertNewPassword } from './policy.ts'
import type { DependentHashes, PasswordChange, PasswordsRepository } from './repository.ts'
import { verifyPassword } from './verify-password.ts'

export interface PasswordsServiceOptions {
  readonly db: Database
  readonly passwords: PasswordsRepository
  readonly hasher: PasswordHasher
  /** The queue of the hasher. */
  readonly queue: Pick<FairQueue, 'assertCapacity'>
  readonly guesses: Pick<GuessesService, 'evaluate'>
  /** Checks the passwords whose hashes were not imported; null if there is none. */
  readonly oldBackend: OldBackend | null
  readonly clock: Clock
  readonly lengthMin: number
  readonly serviceName: string
}

/** The place of a password in the queue. */
export interface QueueEntry {
  /** The client whose share of the queue it takes. */
  readonly clientKey: string
  /** Called when the queue admits the password. If it throws, nothing is hashed. */
  readonly onAdmitted: () => Promise<void>
}

export interface ChosenPassword {
  readonly password: string
  /** Words about the owner, which an attacker would try first. */
  readonly context: readonly string[]
  /** The JSON pointer of the field in the request. */
  readonly pointer?: '/password' | '/new_password'
  /** Absent for the usual one. */
  readonly policy?: PasswordPolicy | undefined
}

export interface NewPassword extends ChosenPassword, QueueEntry {}

/** A password that someone gives as a proof of identity. */
export interface PasswordGuess
  extends Pick<Guess<unknown>, 'subject' | 'typed' | 'context' | 'action' | 'auditSubject'> {
  /** `noAccountId` if the account does not exist. */
  readonly accountId: AccountId
  readonly password: string
  /** The identifier that the stranger gave, as the account has it. The old backend is asked about it. */
  readonly storedIdentifier?: () => Promise<string | null>
}

/** A password that is not accepted. */
export interface PasswordRefusal {
  readonly isRight: false
  /** True if it came too early after wrong ones, so that not even the right one would have been accepted. */
  readonly isLimited: boolean
}

/** The result of a correct password. */
export interface PasswordProof {
  readonly isRight: true
  /** The stored hash, if it was made at a lower cost than new ones. */
  readonly outdatedHash: string | null
  /**
   * Call this in the transaction of the action that the password was given for. It refunds the guess if the account
   * still has this password: hashing takes time, and the password may have changed in the meantime (I2). A new hash of
   * the same password is not a change.
   * @returns whether the account still has this password
   */
  readonly confirm: (transaction: Transaction) => Promise<boolean>
  /** The same for `writeIf`: the account is active and still has this password. Null if the refund has to read first. */
  readonly atOnce: { readonly guard: Guard; readonly writes: readonly Write[] } | null
}

const noIdentifier = async () => null

export class PasswordsService {
  readonly #options: PasswordsServiceOptions

  constructor(options: PasswordsServiceOptions) {
    this.#options = options
  }

  /**
   * Checks and hashes a new password. It is slow, so never call it inside a transaction.
   * @throws `password_too_weak`, `overloaded`
   */
  async hash({ clientKey, onAdmitted, ...chosen }: NewPassword): Promise<string> {
    await this.assertAcceptable(chosen)
    return await this.#options.hasher.hash(chosen.password, { clientKey, onAdmitted })
  }

  /** @throws `password_too_weak` */
  async assertAcceptable({
    password,
    context,
    pointer = '/password',
    policy = { lengthMin: this.#options.lengthMin, acceptsCommon: false },
  }: ChosenPassword): Promise<void> {
    await assertNewPassword(password, {
      ...policy,
      context: [...context, this.#options.serviceName],
      pointer,
    })
  }

  /**
   * Prepares a hash from another system to be stored. It cannot check the password itself, because only its owner knows
   * it. Putting argon2id around a weak hash is slow, so never call it inside a transaction.
   * @throws `validation_failed`, `overloaded`
   */
  async importHash(text: string, hints: HashHints = {}): Promise<string> {
    const imported = readImportedHash(text, hints)
    if (imported.kind === 'accepted') return imported.stored
    if (imported.kind === 'weak') return await this.#options.hasher.wrap(imported.hash)
    throw invalidFields({ pointer: '/password_hash', code: 'not_accepted', detail: imported.reason })
  }

  async store(db: Database, accountId: AccountId, hash: string): Promise<void> {
    await this.#options.passwords.insert(db, accountId, this.#changeTo(hash))
  }

  /** Stores the hashes of many new accounts. */
  async storeAll(
    transaction: Transaction,
    hashes: readonly { readonly accountId: AccountId; readonly hash: string }[],
  ): Promise<void> {
    const changes = hashes.map(({ accountId, hash }) => ({ accountId, ...this.#changeTo(hash) }))
    await this.#options.passwords.insertAll(transaction, changes)
  }

  async countDependent(): Promise<DependentHashes> {
    return await this.#options.passwords.countDependent(this.#options.db)
  }

  /** Replaces the password of the account, or sets its first one. */
  async change(db: Transaction, accountId: AccountId, hash: string): Promise<void> {
    const isReplaced = await this.#options.passwords.replace(db, accountId, this.#changeTo(hash))
    if (!isReplaced) await this.store(db, accountId, hash)
  }

  /**
   * The password no longer works, and no other does until the owner sets one. The account still counts as one with a
   * password: its owner must not get a generated secret in place of it. An account without one stays without.
   */
  async block(db: Transaction, accountId: AccountId): Promise<void> {
    const { hasher, passwords } = this.#options
    await passwords.replace(db, accountId, this.#changeTo(hasher.unmatchable()))
  }

  /** True if both texts are the same password (NFKC). */
  isSame(one: string, other: string): boolean {
    return readPassword(one) === readPassword(other)
  }

  async hasPassword(accountId: AccountId): Promise<boolean> {
    return (await this.changedAt(accountId)) !== null
  }

  /** When the password of the account was last changed; null if it has none. */
  changedAt(accountId: AccountId): Promise<Date | null> {
    return this.#options.passwords.findChangedAt(this.#options.db, accountId)
  }

  /**
   * Evaluates a guess at the password of the account. For `noAccountId`, and for an account without a password, it costs
   * the same query and the same hash, so that the time reveals nothing (ASVS 6.3.8).
   * @throws `rate_limited`, `overloaded`
   */
  async check(given: PasswordGuess): Promise<PasswordProof | PasswordRefusal> {
    const { oldBackend } = this.#options
    if (oldBackend === null) return await this.#check(given)
    // The old backend is asked for some accounts only. All refusals wait until it would have answered, and all are the
    // same while it is not asked (A34).
    const earliest = setTimeout(oldBackend.checkMaxMs, undefined, { ref: false })
    const result = await this.#check(given).catch(async (error: unknown) => {
      if (error instanceof Failure && error.problem === unavailable) await earliest
      throw error
    })
    if (result.isRight) return result
    await earliest
    oldBackend.assertAsked()
    return result
  }

  async #check(given: PasswordGuess): Promise<PasswordProof | PasswordRefusal> {
    const { accountId, password, storedIdentifier = noIdentifier, ...guess } = given
    const { db, guesses, passwords } = this.#options
    const clientKey = clientKeyOf(guess.context)
    const result = await guesses.evaluate({
      ...guess,
      authenticator: 'password',
      // Counted when the queue admits it: a guess that the queue rejects is never verified.
      verify: async (count) => {
        const stored = await passwords.find(db, accountId)
        return await verifyPassword(this.#options, stored, { password, storedIdentifier, clientKey, count })
      },
    })
    if (!result.isRight) return result
    const { version, outdatedHash } = result.value
    const confirm = async (transaction: Transaction) => {
      const current = await passwords.find(transaction, accountId)
      if (current?.version !== version) return false
      await result.confirm(transaction)
      return true
    }
    const { refund: writes } = result
    const atOnce = writes === null ? null : { guard: passwords.hasPassword(accountId, version), writes }
    return { isRight: true, outdatedHash, confirm, atOnce }
  }

  async has(db: Database, accountId: AccountId): Promise<boolean> {
    return (await this.#options.passwords.find(db, accountId)) !== null
  }

  /**
   * Hashes the correct password again at the current cost, and replaces only the hash that was read.
   * @returns whether the hash was replaced
   */
  async renew(
    accountId: AccountId,
    password: string,
    outdatedHash: string,
    caller: string,
  ): Promise<boolean> {
    try {
      const to = await this.#options.hasher.hash(password, { clientKey: caller })
      return await this.#options.passwords.replaceHash(this.#options.db, accountId, {
        from: outdatedHash,
        to,
      })
    } catch (error) {
      // The password was correct, and a busy server is no reason to refuse it. The next sign-in tries again.
      if (!(error instanceof Failure) || error.problem !== overloaded) throw error
      return false
    }
  }

  /**
   * Call this before any query or hash: a flood of rejected requests must cost next to nothing (ASVS 15.2.2).
   * @throws `overloaded` if the queue could not hash a password of this client in time
   */
  assertCapacity(context: RequestContext): void {
    this.#options.queue.assertCapacity(clientKeyOf(context))
  }

  #changeTo(hash: string): PasswordChange {
    const importedWork = importedWorkOf(hash)
    return { hash, importedWork, version: newId(), changedAt: this.#options.clock.now() }
  }

  /** Loads everything that the first request would otherwise wait for. */
  async warmUp(): Promise<void> {
    await this.balance()
    await Promise.all([this.#options.hasher.warmUp(), warmUpBlocklist()])
  }

  /** Learns which imported hashes are still in use, so that every guess costs the same (A34). */
  async balance(): Promise<void> {
    const { db, hasher, passwords } = this.#options
    hasher.balance(await passwords.listImportedWorks(db))
  }
}
