import { randomBytes } from 'node:crypto'
import {
  hash as argon2Hash,
  verify as argon2Verify,
  type ParsedHashOptions,
  parseOptions,
} from '@node-rs/argon2'
import type { FairQueue } from '../kernel/fair-queue.ts'
import { bcryptCost, bcryptCostMax, isBcrypt, verifyBcrypt } from './bcrypt-hash.ts'
import { readPassword } from './password-text.ts'

export interface PasswordHashCost {
  readonly memoryKib: number
  readonly iterations: number
  readonly parallelism: number
}

export interface PasswordHasherOptions {
  /** The configuration accepts nothing below what OWASP recommends: 19,456 KiB, 2 iterations, parallelism 1. */
  readonly cost: PasswordHashCost
  readonly queue: Pick<FairQueue, 'run'>
}

export interface HashOptions {
  /** The client whose share of the queue this takes: its address. */
  readonly clientKey?: string
  /**
   * Runs when the queue can no longer refuse the work, and before the work: while earlier work is done, if there is any.
   * If it throws, the work is not done.
   */
  readonly onAdmitted?: () => Promise<void>
}

export interface PasswordVerdict {
  readonly matches: boolean
  /** True if the password is right and its hash is weaker than new ones. Hash it again while the password is at hand. */
  readonly needsRehash: boolean
}

const outputBytes = 32
const saltBytes = 16
// The library exports these as const enums, which do not exist at run time when types are only erased.
const argon2id = 2
const version19 = 1

/**
 * Hashes passwords with argon2id (RFC 9106), stored as PHC strings. It also verifies bcrypt hashes that another system
 * made, but makes none. Every call goes through the queue, and throws `overloaded` if the queue refuses it.
 */
export class PasswordHasher {
  readonly #cost: PasswordHashCost
  readonly #queue: Pick<FairQueue, 'run'>
  readonly #dummyHash: string

  constructor({ cost, queue }: PasswordHasherOptions) {
    this.#cost = cost
    this.#queue = queue
    this.#dummyHash = makeDummyHash(cost)
  }

  /** A hash that no password matches, made without hashing. To verify against it takes as long as against any other. */
  unmatchable(): string {
    return makeDummyHash(this.#cost)
  }

  /** @throws RangeError if the password is far too long or not well-formed Unicode; the password policy refuses both. */
  async hash(password: string, options: HashOptions = {}): Promise<string> {
    const text = readPassword(password)
    if (text === null)
      throw new RangeError('This password is too long or not well-formed. Check it before hashing it.')
    const { memoryKib, iterations, parallelism } = this.#cost
    const settings = {
      algorithm: argon2id,
      memoryCost: memoryKib,
      timeCost: iterations,
      parallelism,
      outputLen: outputBytes,
    }
    return this.#enqueue(() => argon2Hash(text, settings), options)
  }

  /**
   * Pass `null` if there is no account or no password. The password then never matches, and the check takes as long as
   * any other, so that its duration does not reveal who has an account (OWASP ASVS 5.0 §6.3.8).
   * @throws Error if the hash cannot be read. The database is then damaged, and "wrong password" would be a false
   * answer.
   */
  async verify(password: string, hash: string | null, options: HashOptions = {}): Promise<PasswordVerdict> {
    if (hash !== null && isBcrypt(hash)) return await this.#verifyImported(password, hash, options)
    const stored = readHash(hash ?? this.#dummyHash)
    // A text that cannot be a password takes as long to judge as one that can.
    const text = readPassword(password)
    const work = () => argon2Verify(hash ?? this.#dummyHash, text ?? '')
    const verified = await this.#enqueue(work, options)
    const matches = verified && hash !== null && text !== null
    // Only if it matches: hashing a wrong password again would make it the right one.
    return { matches, needsRehash: matches && this.#isWeak(stored) }
  }

  /** Does one verification, so that the first user does not wait for new threads and memory. */
  async warmUp(): Promise<void> {
    await this.verify('', null)
  }

  async #verifyImported(password: string, hash: string, options: HashOptions): Promise<PasswordVerdict> {
    if ((bcryptCost(hash) ?? Number.POSITIVE_INFINITY) > bcryptCostMax)
      throw new Error('A stored password hash is damaged: it is not bcrypt of a cost that is accepted.')
    const matches = await this.#enqueue(() => verifyBcrypt(password, hash), options)
    return { matches, needsRehash: matches }
  }

  #enqueue<T>(work: () => Promise<T>, { clientKey, onAdmitted }: HashOptions): Promise<T> {
    return this.#queue.run(work, clientKey, undefined, onAdmitted)
  }

  #isWeak(stored: ParsedHashOptions): boolean {
    return (
      stored.algorithm !== argon2id ||
      stored.version !== version19 ||
      stored.memoryCost < this.#cost.memoryKib ||
      stored.timeCost < this.#cost.iterations ||
      stored.parallelism < this.#cost.parallelism
    )
  }
}

/**
 * Makes a hash that no known password matches: its output is random. It is made without hashing, so that the first
 * caller does not wait. Verifying a password against it takes as long as verifying against a real hash.
 */
function makeDummyHash({ memoryKib, iterations, parallelism }: PasswordHashCost): string {
  const random = (bytes: number) => randomBytes(bytes).toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${memoryKib},t=${iterations},p=${parallelism}$${random(saltBytes)}$${random(outputBytes)}`
}

function readHash(hash: string): ParsedHashOptions {
  const stored = parse(hash)
  // A PHC string that lost its end often still parses, and would then match no password.
  if (stored === null || stored.outputLen !== outputBytes) {
    throw new Error('A stored password hash is damaged: it is not an argon2 PHC string of 32 bytes.')
  }
  return stored
}

function parse(hash: string): ParsedHashOptions | null {
  try {
    return parseOptions(hash)
  } catch {
    return null
  }
}
