import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { dayMs } from '../../../../platform/kernel/durations.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { rateLimited } from '../../../../platform/kernel/problems.ts'
import { clientKeyOf } from '../../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../audit/service.ts'
import { type GuessBudget, GuessBudgets } from './budgets.ts'
import { type Guess, type GuessSubject, knownClientDays, tallyDays } from './model.ts'
import type { GuessesRepository } from './repository.ts'

export interface GuessesServiceOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'recordThrottled'>
  readonly guesses: GuessesRepository
  readonly clock: Clock
  readonly isOn: boolean
}

export type GuessResult<T> =
  | {
      readonly isRight: true
      /** The result of `verify`. */
      readonly value: T
      /** Refunds the guess, in the transaction of the action that it was made for. */
      readonly confirm: (transaction: Transaction) => Promise<void>
    }
  | { readonly isRight: false }

/** Evaluates every guess at a password or a code, wherever it is made. */
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

  /** Deletes all guesses at the subject, and its knowledge of these clients. */
  async forget(
    db: Transaction,
    { subject, clientKeys }: { subject: GuessSubject; clientKeys: readonly string[] },
  ): Promise<void> {
    await this.#budgets.forget(db, subject, clientKeys)
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
    const { authenticator, subject, context } = guess
    const budget = this.#options.isOn
      ? await this.#budgets.open(authenticator, subject, clientKeyOf(context))
      : null
    let isCounted = false
    const value = await guess.verify(async () => {
      if (budget !== null) await this.#budgets.take(budget)
      isCounted = true
    })
    // A verifier that forgets to count would allow unlimited guesses (I3).
    if (!isCounted) throw new Error(`a guess at ${authenticator} was verified before it was counted`)
    if (value === null) return { isRight: false }
    return { isRight: true, value, confirm: (transaction) => this.#refund(transaction, budget) }
  }

  async #refund(transaction: Transaction, budget: GuessBudget | null): Promise<void> {
    if (budget !== null) await this.#budgets.refund(transaction, budget)
  }

  async #recordThrottled<T>(guess: Guess<T>): Promise<void> {
    const { audit, db } = this.#options
    const { action, authenticator, auditSubject, subject, context } = guess
    const dedupeKey = JSON.stringify([action, authenticator, ...subject])
    const about = { ...auditSubject, method: authenticator }
    await audit.recordThrottled(db, action, about, context, dedupeKey)
  }

  #daysAgo(days: number): Date {
    return new Date(this.#options.clock.now().getTime() - days * dayMs)
  }
}
