import { digestSecret } from '../../../../platform/crypto/digests.ts'
import { TransactionConflict } from '../../../../platform/database/faults.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { dayMs } from '../../../../platform/kernel/durations.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { rateLimited, unavailable } from '../../../../platform/kernel/problems.ts'
import {
  type Authenticator,
  authenticators,
  type GuessTarget,
  knownClientDays,
  type Tally,
  tallyDays,
  waitSeconds,
} from './model.ts'
import type { GuessesRepository } from './repository.ts'

export interface GuessesServiceOptions {
  readonly db: Database
  readonly guesses: GuessesRepository
  readonly clock: Clock
  readonly isOn: boolean
}

/** What one try is counted on. */
export interface GuessBudget {
  readonly budget: string
  readonly knownClient: string
}

/** Each lost race means that another try was counted, so this many are never lost in earnest. */
const racesMax = 1_000

/**
 * Failed tries, counted in the database before they are judged, so that neither a burst of parallel tries nor
 * another node nor a restart gets one try more (I3). A client from which the right password has come before has a
 * budget of its own: who guesses from elsewhere cannot make the owner wait.
 */
export class GuessesService {
  readonly #options: GuessesServiceOptions

  constructor(options: GuessesServiceOptions) {
    this.#options = options
  }

  /**
   * Finds the budget and spares the queue a try that is too early.
   * @throws `rate_limited`
   */
  async open({ authenticator, subject, client }: GuessTarget): Promise<GuessBudget> {
    const { db, guesses, isOn } = this.#options
    const anybody = budgetOfAnybody(authenticator, subject)
    const knownClient = budgetOfClient(authenticator, subject, client)
    if (!isOn) return { budget: anybody, knownClient }
    const budget = (await guesses.isKnownClient(db, knownClient)) ? knownClient : anybody
    this.#assertOpen(await guesses.find(db, budget))
    return { budget, knownClient }
  }

  /**
   * Counts a try as failed, before anybody knows whether it is.
   * @throws `rate_limited`
   */
  async take({ budget }: GuessBudget): Promise<void> {
    if (!this.#options.isOn) return
    for (let race = 0; race < racesMax; race++) if (await this.#count(budget)) return
    throw new Failure(unavailable, {
      retryAfterSeconds: 1,
      cause: new Error('lost every race for a guess budget'),
    })
  }

  /**
   * The try was right: it and those before it count no more, and its client is known from now on. The budget of
   * everybody else stays as it is, or an owner who signs in often would open it for whoever guesses meanwhile.
   */
  async succeed(db: Database, { budget, knownClient }: GuessBudget): Promise<void> {
    const { guesses, clock, isOn } = this.#options
    if (!isOn) return
    await guesses.delete(db, [budget])
    await guesses.rememberClient(db, knownClient, clock.now())
  }

  /** Forgets that the subject was ever guessed, and which of these clients it knows. */
  async forget(
    db: Transaction,
    { subject, clients }: { subject: Subject; clients: readonly string[] },
  ): Promise<void> {
    const { guesses } = this.#options
    for (const authenticator of authenticators) {
      const known = clients.map((client) => budgetOfClient(authenticator, subject, client))
      await guesses.delete(db, [budgetOfAnybody(authenticator, subject), ...known])
      await guesses.deleteClients(db, known)
    }
  }

  /** Forgets what nobody has tried for long. @returns how many rows that were, `limit` at the most */
  async purge(limit: number): Promise<number> {
    const { db, guesses } = this.#options
    return await inTransaction(db, (transaction) =>
      guesses.deleteUnused(transaction, this.#daysAgo(tallyDays), limit),
    )
  }

  /** As `purge`, of clients from which nobody has signed in for long. */
  async purgeClients(limit: number): Promise<number> {
    const { db, guesses } = this.#options
    return await inTransaction(db, (transaction) =>
      guesses.forgetClients(transaction, this.#daysAgo(knownClientDays), limit),
    )
  }

  #daysAgo(days: number): Date {
    return new Date(this.#options.clock.now().getTime() - days * dayMs)
  }

  async #count(budget: string): Promise<boolean> {
    const { db, guesses } = this.#options
    const tally = await guesses.find(db, budget)
    if (tally !== null) this.#assertOpen(tally)
    const counted = this.#afterOneMore(tally?.failures ?? 0)
    try {
      if (tally === null) return await guesses.insert(db, budget, counted)
      return await guesses.replace(db, budget, tally, counted)
    } catch (error) {
      // The engine undid it for another one: a race that was lost, like those that the row count tells of.
      if (error instanceof TransactionConflict) return false
      throw error
    }
  }

  #afterOneMore(failures: number): Tally {
    const now = this.#options.clock.now().getTime()
    return { failures: failures + 1, opensAt: new Date(now + waitSeconds(failures + 1) * 1_000) }
  }

  #assertOpen(tally: Tally | null): void {
    const now = this.#options.clock.now().getTime()
    const waitMs = (tally?.opensAt.getTime() ?? now) - now
    if (waitMs > 0) throw new Failure(rateLimited, { retryAfterSeconds: Math.ceil(waitMs / 1_000) })
  }
}

type Subject = GuessTarget['subject']

function budgetOfAnybody(authenticator: Authenticator, subject: Subject): string {
  return digestSecret(JSON.stringify(['anybody', authenticator, subject]))
}

function budgetOfClient(authenticator: Authenticator, subject: Subject, client: string): string {
  return digestSecret(JSON.stringify(['client', authenticator, subject, client]))
}
