import type { KeyedDigests } from '../../../../platform/crypto/keyed-digests.ts'
import type { Write } from '../../../../platform/database/prepared-write.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { dayMs } from '../../../../platform/kernel/durations.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { rateLimited } from '../../../../platform/kernel/problems.ts'
import { clientKeyOf, type RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../audit/service.ts'
import {
  type AccountBudget,
  type Count,
  type ForgottenSubject,
  type GuessBudget,
  GuessBudgets,
  type GuessOutlook,
  type TakenGuess,
} from './budgets.ts'
import { type Authenticator, type Guess, knownClientDays, tallyDays } from './model.ts'
import type { GuessesRepository } from './repository.ts'

export interface GuessesServiceOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'recordThrottled'>
  readonly guesses: GuessesRepository
  readonly keyedDigests: Pick<KeyedDigests, 'digest'>
  readonly clock: Clock
  readonly isOn: boolean
  /** True if a stranger must not learn that there were too many wrong guesses (`PROXIMA_PRIVACY=strict`). */
  readonly hidesLimit: boolean
}

export type GuessResult<T> =
  | {
      readonly isRight: true
      /** The result of `verify`. */
      readonly value: T
      /** Refunds the guess, in the transaction of the action that it was made for. */
      readonly confirm: (transaction: Transaction) => Promise<void>
      /** The writes of `confirm`; null if it has to read first. */
      readonly refund: readonly Write[] | null
    }
  | {
      readonly isRight: false
      /** True if it came too early, so that not even a right guess would have been accepted. */
      readonly isLimited: boolean
    }

/** A guess that is not counted, because limits are off. */
const uncounted: TakenGuess = { isTaken: true, typed: 0 }

/**
 * Evaluates every guess at a password or a code, wherever it is made. Wrong guesses are counted per account, whatever
 * identifier names it (I3). After too many, even the right guess is refused for a while.
 *
 * A stranger must not learn from this which identifiers belong to one account, or to any (I4). So a guess that comes
 * too early costs a stranger the same work as a wrong one, and gets the same answer. `rate_limited` depends only on
 * what strangers have typed: on how many wrong guesses named this identifier, whether or not an account has it. With
 * strict privacy, strangers never see it.
 */
export class GuessesService {
  readonly #options: GuessesServiceOptions
  readonly #budgets: GuessBudgets

  constructor(options: GuessesServiceOptions) {
    this.#options = options
    this.#budgets = new GuessBudgets(options)
  }

  /** @throws `rate_limited`, and the errors of `verify` */
  async evaluate<T>(guess: Guess<T>): Promise<GuessResult<T>> {
    try {
      return await this.#evaluate(guess)
    } catch (error) {
      if (error instanceof Failure && error.problem === rateLimited) await this.#recordThrottled(guess)
      throw error
    }
  }

  /** How the next guess of this client at the subject would be treated. It counts nothing. */
  async outlookFor(
    db: Database,
    { authenticator, subject }: Pick<Guess<unknown>, 'authenticator' | 'subject'>,
    context: RequestContext,
  ): Promise<GuessOutlook> {
    if (!this.#options.isOn) return { mustWait: false, isKnownClient: false }
    const guessed = { authenticator, subject, typed: null }
    return await this.#budgets.outlook(db, guessed, clientKeyOf(context))
  }

  /** Deletes all guesses at the subject, and its knowledge of these clients. */
  async forget(db: Transaction, forgotten: ForgottenSubject): Promise<void> {
    await this.#budgets.forget(db, forgotten)
  }

  /** Deletes budgets that have not been used for a long time. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { db, guesses } = this.#options
    return await inTransaction(db, (transaction) =>
      guesses.deleteUnused(transaction, this.#daysAgo(tallyDays), limit),
    )
  }

  /** Deletes known clients that have not signed in for a long time. @returns how many, at most `limit` */
  async purgeClients(limit: number): Promise<number> {
    const { db, guesses } = this.#options
    return await inTransaction(db, (transaction) =>
      guesses.forgetClients(transaction, this.#daysAgo(knownClientDays), limit),
    )
  }

  async #evaluate<T>(guess: Guess<T>): Promise<GuessResult<T>> {
    if (!this.#options.isOn) return await verify(guess, async () => uncounted, noRefund)
    const { account, typed } = await this.#budgets.find(guess, clientKeyOf(guess.context))
    return guess.typed === null
      ? await this.#ofUser(guess, account)
      : await this.#ofStranger(guess, account, typed)
  }

  // A signed-in caller may know the limit of the account, and then takes no place in a queue.
  async #ofUser<T>(guess: Guess<T>, budget: AccountBudget): Promise<GuessResult<T>> {
    assertNoWait(guess, await this.#budgets.waitSeconds(budget))
    const count = async () => {
      const counted = await this.#budgets.take(budget)
      if (!counted.isTaken) assertNoWait(guess, counted.waitSeconds)
      return counted
    }
    return await verify(guess, count, {
      run: (transaction) => this.#budgets.refund(transaction, budget),
      writes: () => this.#budgets.refundWrites(budget),
    })
  }

  async #ofStranger<T>(guess: Guess<T>, budget: AccountBudget, typed: GuessBudget): Promise<GuessResult<T>> {
    const showsLimit = !this.#options.hidesLimit
    const willCountTyped = showsLimit && (await this.#budgets.waitSeconds(typed)) === 0
    const count = () => this.#budgets.take(budget, willCountTyped ? 1 : 0)
    const result = await verify(guess, count, {
      run: async (transaction, counted) => {
        await this.#budgets.refund(transaction, budget)
        await this.#budgets.refundTyped(transaction, typed, counted.typed)
      },
      writes: (counted) => (counted.typed === 0 ? this.#budgets.refundWrites(budget) : null),
    })
    if (result.isRight || !showsLimit) return result
    const shown = await this.#budgets.take(typed)
    if (!shown.isTaken) assertNoWait(guess, shown.waitSeconds)
    return result
  }

  async #recordThrottled<T>(guess: Guess<T>): Promise<void> {
    const { audit, db } = this.#options
    const { action, authenticator, auditSubject, subject, typed, context } = guess
    const dedupeKey = JSON.stringify([action, authenticator, ...(typed ?? subject)])
    const about = { ...auditSubject, method: authenticator }
    await audit.recordThrottled(db, action, about, context, dedupeKey)
  }

  #daysAgo(days: number): Date {
    return new Date(this.#options.clock.now().getTime() - days * dayMs)
  }
}

interface Refund {
  run(transaction: Transaction, counted: TakenGuess): Promise<void>
  writes(counted: TakenGuess): readonly Write[] | null
}

const noRefund: Refund = { run: async () => undefined, writes: () => [] }

async function verify<T>(
  guess: Guess<T>,
  count: () => Promise<Count>,
  refund: Refund,
): Promise<GuessResult<T>> {
  let counted = null as Count | null
  const value = await guess.verify(async () => {
    const result = await count()
    counted = result
    return result.isTaken
  })
  // A verifier that forgets to count would allow unlimited guesses (I3).
  if (counted === null)
    throw new Error(`a guess at ${guess.authenticator} was verified before it was counted`)
  if (!counted.isTaken) return { isRight: false, isLimited: true }
  if (value === null) return { isRight: false, isLimited: false }
  const taken = counted
  return {
    isRight: true,
    value,
    confirm: (transaction) => refund.run(transaction, taken),
    refund: refund.writes(taken),
  }
}

/** @throws `rate_limited` */
function assertNoWait(
  { authenticator }: Pick<Guess<unknown>, 'authenticator'>,
  retryAfterSeconds: number,
): void {
  if (retryAfterSeconds <= 0) return
  const detail = tooMany[authenticator] ?? tooManyCodes
  throw new Failure(rateLimited, { retryAfterSeconds, detail })
}

const tooMany: Partial<Record<Authenticator, string>> = {
  password: 'Too many wrong passwords in a row. Try again after the number of seconds in Retry-After.',
  totp: 'Too many wrong codes of the authenticator app in a row. Try again after the number of seconds in Retry-After, or use another factor.',
  passkey:
    'Too many wrong answers of passkeys in a row. Try again after the number of seconds in Retry-After, or use another factor.',
  recovery_code:
    'Too many wrong recovery codes in a row. Try again after the number of seconds in Retry-After, or use another factor.',
}
// A code lasts no longer than the first wait.
const tooManyCodes =
  'Too many wrong codes in a row. Until the number of seconds in Retry-After has passed, not even the right one works. Request a new code after that.'
