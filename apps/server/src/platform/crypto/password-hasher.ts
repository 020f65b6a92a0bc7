import { randomBytes } from 'node:crypto'
import {
  hash as argon2Hash,
  verify as argon2Verify,
  type ParsedHashOptions,
  parseOptions,
} from '@node-rs/argon2'
import { bcryptCost, bcryptCostMax, isBcrypt, verifyBcrypt } from './bcrypt-hash.ts'
import type { HashQueue } from './hash-queue.ts'
import { readPassword } from './password-text.ts'

export interface PasswordHashCost {
  readonly memoryKib: number
  readonly iterations: number
  readonly parallelism: number
}

export interface PasswordHasherOptions {
  /** What OWASP calls for is the floor that the configuration keeps: 19,456 KiB, 2 iterations, parallelism 1. */
  readonly cost: PasswordHashCost
  readonly queue: Pick<HashQueue, 'assertRoom' | 'run'>
}

export interface HashOptions {
  /** Whose share of the queue this takes: the client's address. */
  readonly caller?: string
  /** Asked when the turn has come; what it throws ends the matter before any work. */
  readonly onTurn?: () => Promise<void>
}

export interface PasswordVerdict {
  readonly matches: boolean
  /** The password is right and its hash weaker than new ones: hash it again while the password is at hand. */
  readonly needsRehash: boolean
}

const outputBytes = 32
const saltBytes = 16
// The library has these as const enums, which erased types cannot reach.
const argon2id = 2
const version19 = 1

/**
 * argon2id (RFC 9106), stored as a PHC string, and bcrypt for hashes that come from elsewhere, which is never made here.
 * Every call passes the queue, and throws its `overloaded` Failure.
 */
export class PasswordHasher {
  readonly #cost: PasswordHashCost
  readonly #queue: Pick<HashQueue, 'assertRoom' | 'run'>
  readonly #strangersHash: string

  constructor({ cost, queue }: PasswordHasherOptions) {
    this.#cost = cost
    this.#queue = queue
    this.#strangersHash = unmatchableHash(cost)
  }

  /** @throws RangeError for what the password policy refuses anyway: far too long, or not well-formed Unicode. */
  async hash(password: string, options: HashOptions = {}): Promise<string> {
    const text = readPassword(password)
    if (text === null)
      throw new RangeError('this password is too long or ill-formed; check it before hashing it')
    const { memoryKib, iterations, parallelism } = this.#cost
    const settings = {
      algorithm: argon2id,
      memoryCost: memoryKib,
      timeCost: iterations,
      parallelism,
      outputLen: outputBytes,
    }
    return this.#inTurn(() => argon2Hash(text, settings), options)
  }

  /**
   * Give `null` for a stranger and for an account without a password: the answer is no, at the price of any other
   * (OWASP ASVS 5.0 §6.3.8: nobody learns from the time taken who has an account).
   * @throws Error when the hash cannot be read: the database is damaged, and the user is not told "wrong password".
   */
  async verify(password: string, hash: string | null, options: HashOptions = {}): Promise<PasswordVerdict> {
    if (hash !== null && isBcrypt(hash)) return await this.#verifyImported(password, hash, options)
    const stored = hash === null ? null : readHash(hash)
    // What can be nobody's password is judged at the usual price too.
    const text = readPassword(password)
    const work = () => argon2Verify(hash ?? this.#strangersHash, text ?? '')
    const verified = await this.#inTurn(work, options)
    const matches = verified && stored !== null && text !== null
    // Only with a match: to hash a wrong password again would make it the right one.
    return { matches, needsRehash: matches && this.#isWeak(stored) }
  }

  /** @throws `overloaded` where a password of that caller could not be hashed in time */
  assertRoom(caller: string): void {
    this.#queue.assertRoom(caller)
  }

  /** Does one verification, so that the first caller does not pay for fresh threads and memory. */
  async warmUp(): Promise<void> {
    await this.verify('', null)
  }

  async #verifyImported(password: string, hash: string, options: HashOptions): Promise<PasswordVerdict> {
    if ((bcryptCost(hash) ?? Number.POSITIVE_INFINITY) > bcryptCostMax)
      throw new Error('a stored password hash is damaged; it is not bcrypt of a cost that is taken')
    const matches = await this.#inTurn(() => verifyBcrypt(password, hash), options)
    return { matches, needsRehash: matches }
  }

  #inTurn<T>(work: () => Promise<T>, { caller, onTurn }: HashOptions): Promise<T> {
    return this.#queue.run(async () => {
      await onTurn?.()
      return await work()
    }, caller)
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
 * A hash of nothing: its output is random, so no password is known to give it, and making it takes no hashing that
 * the first stranger would wait for. Verifying against it does the whole work.
 */
function unmatchableHash({ memoryKib, iterations, parallelism }: PasswordHashCost): string {
  const random = (bytes: number) => randomBytes(bytes).toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${memoryKib},t=${iterations},p=${parallelism}$${random(saltBytes)}$${random(outputBytes)}`
}

function readHash(hash: string): ParsedHashOptions {
  const stored = parse(hash)
  // A PHC string that lost its end often still parses, and would then match no password at all.
  if (stored === null || stored.outputLen !== outputBytes) {
    throw new Error('a stored password hash is damaged; it is not an argon2 PHC string of 32 bytes')
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
