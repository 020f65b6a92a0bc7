import { randomBytes, timingSafeEqual } from 'node:crypto'
import { hash as argon2Hash } from '@node-rs/argon2'
import type { FairQueue } from '../kernel/fair-queue.ts'
import { Balance } from './hash-formats/balance.ts'
import { encode } from './hash-formats/encoding.ts'
import type { ForeignHash } from './hash-formats/foreign-hash.ts'
import { readStoredHash, type StoredHash, wrappedText } from './hash-formats/stored-hash.ts'
import { perform, readWork, type Work } from './hash-formats/work.ts'
import { readPassword } from './password-text.ts'

export interface PasswordHashCost {
  readonly memoryKib: number
  readonly iterations: number
  readonly parallelism: number
}

export interface PasswordHasherOptions {
  /** In production, the configuration accepts nothing below what OWASP recommends: 19,456 KiB, 2 iterations, 1 lane. */
  readonly cost: PasswordHashCost
  readonly queue: Pick<FairQueue, 'run'>
  /** What the system appended to every password whose hashes were imported; null if there is none. */
  readonly importedPepper?: string | null
  /** A test counts the work with another one. */
  readonly perform?: typeof perform
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
/** For work whose result is thrown away. bcrypt takes only salts of 16 bytes. */
const dummySalt = Buffer.alloc(saltBytes, 1)
// The library exports these as const enums, which do not exist at run time when types are only erased.
const argon2id = 2
const version19 = 19

/**
 * Hashes passwords with argon2id (RFC 9106), stored as PHC strings. It also verifies the hashes that another system made,
 * but makes none. Every call goes through the queue, and throws `overloaded` if the queue refuses it.
 */
export class PasswordHasher {
  readonly #cost: PasswordHashCost
  readonly #queue: Pick<FairQueue, 'run'>
  readonly #pepper: string | null
  readonly #perform: typeof perform
  readonly #dummyHash: string
  /** The argon2id of this server, as a work. */
  readonly #ownWork: Work
  #balance = new Balance([])

  constructor({ cost, queue, importedPepper = null, perform: given = perform }: PasswordHasherOptions) {
    this.#cost = cost
    this.#queue = queue
    this.#pepper = importedPepper
    this.#perform = given
    this.#dummyHash = makeDummyHash(cost)
    this.#ownWork = ownWorkOf(cost)
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
   * Puts argon2id around the weak hash of another system, so that a copy of the database is as hard to try as with other
   * passwords. The weak digest must not be stored after that.
   */
  async wrap({ digest, ...inner }: ForeignHash, options: HashOptions = {}): Promise<string> {
    const salt = randomBytes(saltBytes)
    const outer = await this.#enqueue(() => this.#perform(this.#ownWork, digest, salt), options)
    return wrappedText(inner, { work: this.#ownWork, salt, digest: outer })
  }

  /**
   * Sets the works of the imported hashes that are in use (`bcrypt,12`). From now on, every guess costs one argon2id and
   * all of these, whether its account has such a hash, one of this server, or does not exist (A34).
   */
  balance(works: readonly string[]): void {
    this.#balance = new Balance(works.map(readWork).filter((work) => work !== null))
  }

  /**
   * Pass `null` if there is no account or no password. The password then never matches, and the check takes as long as
   * any other, so that its duration does not reveal who has an account (OWASP ASVS 5.0 §6.3.8).
   * @throws Error if the hash cannot be read. The database is then damaged, and "wrong password" would be a false
   * answer.
   */
  async verify(password: string, hash: string | null, options: HashOptions = {}): Promise<PasswordVerdict> {
    const stored = readStoredHash(hash ?? this.#dummyHash)
    // A PHC string that lost its end often still parses, and would then match no password.
    if (stored === null || (isNative(stored) && stored.digest.length !== outputBytes))
      throw new Error(
        'A stored password hash is damaged: it is in no form that is accepted, or costs too much.',
      )
    // Read before the queue: a missing setting is no reason to count a guess.
    const bytes = this.#encode(password, stored)
    const verified = await this.#enqueue(() => this.#matches(bytes, stored), options)
    const matches = verified && hash !== null
    // Only if it matches: hashing a wrong password again would make it the right one.
    return { matches, needsRehash: matches && this.#isWeak(stored) }
  }

  /** Does one verification, so that the first user does not wait for new threads and memory. */
  async warmUp(): Promise<void> {
    await this.verify('', null)
  }

  #encode(password: string, stored: StoredHash): Buffer | null {
    const { encoding, salt } = stored.inner ?? stored
    return encode(encoding, password, { salt, pepper: this.#pepper })
  }

  /** A text that cannot be the password takes as long to judge as one that can. */
  async #matches(password: Buffer | null, stored: StoredHash): Promise<boolean> {
    const { work, salt, digest, inner } = stored
    let given = password ?? Buffer.alloc(0)
    if (inner !== null) given = await this.#perform(inner.work, given, inner.salt)
    const computed = await this.#perform(work, given, salt)
    const isEqual = computed.length === digest.length && timingSafeEqual(computed, digest)
    await this.#doRest(given, stored)
    return isEqual && password !== null
  }

  /** The work that others' hashes would have cost. Its results are thrown away. */
  async #doRest(given: Buffer, { work, encoding, inner }: StoredHash): Promise<void> {
    const isOwn = work.primitive === 'argon2id' && (encoding === 'nfkc' || inner !== null)
    const imported = inner?.work ?? (isOwn ? null : work)
    const rest = [...(isOwn ? [] : [this.#ownWork]), ...this.#balance.rest(imported)]
    for (const other of rest) await this.#perform(other, given, dummySalt)
  }

  #enqueue<T>(work: () => Promise<T>, { clientKey, onAdmitted }: HashOptions): Promise<T> {
    return this.#queue.run(work, clientKey, undefined, onAdmitted)
  }

  #isWeak(stored: StoredHash): boolean {
    const [version = 0, memory = 0, iterations = 0, parallelism = 0] = stored.work.parameters
    return (
      !isNative(stored) ||
      version !== version19 ||
      memory < this.#cost.memoryKib ||
      iterations < this.#cost.iterations ||
      parallelism < this.#cost.parallelism
    )
  }
}

function isNative({ work, encoding, inner }: StoredHash): boolean {
  return inner === null && work.primitive === 'argon2id' && encoding === 'nfkc'
}

function ownWorkOf({ memoryKib, iterations, parallelism }: PasswordHashCost): Work {
  return {
    primitive: 'argon2id',
    parameters: [version19, memoryKib, iterations, parallelism, outputBytes],
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
