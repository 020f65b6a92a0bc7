import { digestSecret } from '../../../../platform/crypto/digests.ts'
import { TransactionConflict } from '../../../../platform/database/faults.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { rateLimited, unavailable } from '../../../../platform/kernel/problems.ts'
import {
  type Authenticator,
  type GuessPolicy,
  type GuessSubject,
  guessPolicies,
  type Tally,
  waitSeconds,
} from './model.ts'
import type { GuessesRepository } from './repository.ts'

export interface GuessBudgetsOptions {
  readonly db: Database
  readonly guesses: GuessesRepository
  readonly clock: Clock
}

/** The budget on which one guess is counted. */
export interface GuessBudget {
  readonly policy: GuessPolicy
  readonly budget: string
  readonly knownClient: string
}

/** Each lost race means that another guess was counted, so no one loses this many in practice. */
const racesMax = 1_000

/**
 * Counts wrong guesses in the database before they are verified. So no one gets an extra guess through parallel
 * requests, another server or a restart (I3). A client that has made a correct guess before has a budget of its own, so
 * that an attacker elsewhere cannot make the owner wait.
 */
export class GuessBudgets {
  readonly #options: GuessBudgetsOptions

  constructor(options: GuessBudgetsOptions) {
    this.#options = options
  }

  /**
   * Finds the budget. Refuses a guess that comes too early, before it takes a place in a queue.
   * @throws `rate_limited`
   */
  async open(authenticator: Authenticator, subject: GuessSubject, clientKey: string): Promise<GuessBudget> {
    const { db, guesses } = this.#options
    const knownClient = budgetOfClient(authenticator, subject, clientKey)
    const isKnown = await guesses.isKnownClient(db, knownClient)
    const budget = isKnown ? knownClient : sharedBudget(authenticator, subject)
    this.#assertOpen(await guesses.find(db, budget))
    return { policy: guessPolicies[authenticator], budget, knownClient }
  }

  /**
   * Counts a guess as wrong before it is verified.
   * @throws `rate_limited`
   */
  async take({ policy, budget }: GuessBudget): Promise<void> {
    for (let race = 0; race < racesMax; race++) if (await this.#count(policy, budget)) return
    throw new Failure(unavailable, {
      retryAfterSeconds: 1,
      cause: new Error('lost every race for a guess budget'),
    })
  }

  /**
   * Refunds a correct guess and the wrong ones before it, and remembers its client. If the client is known, the shared
   * budget stays as it is: otherwise an owner who signs in often would open it for an attacker.
   */
  async refund(db: Database, { budget, knownClient }: GuessBudget): Promise<void> {
    const { guesses, clock } = this.#options
    await guesses.delete(db, [budget])
    await guesses.rememberClient(db, knownClient, clock.now())
  }

  /** Deletes all guesses at the subject, and its knowledge of these clients. */
  async forget(db: Transaction, subject: GuessSubject, clientKeys: readonly string[]): Promise<void> {
    const { guesses } = this.#options
    for (const authenticator of Object.keys(guessPolicies) as Authenticator[]) {
      const known = clientKeys.map((clientKey) => budgetOfClient(authenticator, subject, clientKey))
      await guesses.delete(db, [sharedBudget(authenticator, subject), ...known])
      await guesses.deleteClients(db, known)
    }
  }

  async #count(policy: GuessPolicy, budget: string): Promise<boolean> {
    const { db, guesses } = this.#options
    const tally = await guesses.find(db, budget)
    if (tally !== null) this.#assertOpen(tally)
    const counted = this.#afterOneMore(policy, tally?.failures ?? 0)
    try {
      if (tally === null) return await guesses.insert(db, budget, counted)
      return await guesses.replace(db, budget, tally, counted)
    } catch (error) {
      // The engine rolled it back in favor of another guess. That is a lost race too, like a row count of zero.
      if (error instanceof TransactionConflict) return false
      throw error
    }
  }

  #afterOneMore(policy: GuessPolicy, failures: number): Tally {
    const now = this.#options.clock.now().getTime()
    return { failures: failures + 1, opensAt: new Date(now + waitSeconds(policy, failures + 1) * 1_000) }
  }

  #assertOpen(tally: Tally | null): void {
    const now = this.#options.clock.now().getTime()
    const waitMs = (tally?.opensAt.getTime() ?? now) - now
    if (waitMs > 0) throw new Failure(rateLimited, { retryAfterSeconds: Math.ceil(waitMs / 1_000) })
  }
}

function sharedBudget(authenticator: Authenticator, subject: GuessSubject): string {
  return digestSecret(JSON.stringify(['anybody', authenticator, subject]))
}

function budgetOfClient(authenticator: Authenticator, subject: GuessSubject, clientKey: string): string {
  return digestSecret(JSON.stringify(['client', authenticator, subject, clientKey]))
}
