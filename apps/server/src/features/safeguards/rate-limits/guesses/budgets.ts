import type { KeyedDigests } from '../../../../platform/crypto/keyed-digests.ts'
import { TransactionConflict } from '../../../../platform/database/faults.ts'
import type { Write } from '../../../../platform/database/prepared-write.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { unavailable } from '../../../../platform/kernel/problems.ts'
import { remainingMs } from '../../../../platform/kernel/time-bounds.ts'
import {
  type Authenticator,
  type Guess,
  type GuessPolicy,
  type GuessSubject,
  guessPolicies,
  secondFactors,
  type Tally,
  waitSeconds,
} from './model.ts'
import type { GuessesRepository } from './repository.ts'

export interface GuessBudgetsOptions {
  readonly db: Database
  readonly guesses: GuessesRepository
  readonly keyedDigests: Pick<KeyedDigests, 'digest'>
  readonly clock: Clock
}

/** The budget on which one guess is counted. */
export interface GuessBudget {
  readonly policy: GuessPolicy
  readonly budget: string
  /** As it was read; null if there are no guesses. */
  readonly tally: Tally | null
}

/** The budget that decides whether a guess is accepted. */
export interface AccountBudget extends GuessBudget {
  readonly client: string
  readonly isKnownClient: boolean
}

/** The budgets on which a guess is counted. */
export interface FoundBudgets {
  readonly account: AccountBudget
  /** That of what a stranger typed. It decides only what they see: see `GuessesService`. */
  readonly typed: GuessBudget
}

/** What is guessed, and by whom. */
export type Guessed = Pick<Guess<unknown>, 'authenticator' | 'subject' | 'typed'>

/** How the next guess of a client would be treated. */
export interface GuessOutlook {
  /** True if even a right guess would be refused now. */
  readonly mustWait: boolean
  /** True if the client has made a right guess before. */
  readonly isKnownClient: boolean
}

/** A guess that was counted. */
export interface TakenGuess {
  readonly isTaken: true
  /** How many guesses before this one were also counted for the identifier that was typed. */
  readonly typed: number
}

/** Whether a guess was counted, or came too early. */
export type Count = TakenGuess | { readonly isTaken: false; readonly waitSeconds: number }

/** A subject whose guesses are deleted, with what strangers may have typed to name it. */
export interface ForgottenSubject {
  readonly subject: GuessSubject
  readonly typed: readonly GuessSubject[]
  readonly clientKeys: readonly string[]
  /** True if the guesses at second factors stay. */
  readonly keepsSecondFactors?: boolean
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

  /** Finds the budgets on which this client's guesses at the subject are counted. */
  async find(
    { authenticator, subject, typed }: Guessed,
    clientKey: string,
    db: Database = this.#options.db,
  ): Promise<FoundBudgets> {
    const { guesses } = this.#options
    const policy = guessPolicies[authenticator]
    const names = {
      shared: this.#name(sharedBudget(authenticator, subject)),
      ofClient: this.#name(budgetOfClient(authenticator, subject, clientKey)),
      typed: this.#name(typedBudget(authenticator, typed ?? [])),
    }
    const found = await guesses.findAll(db, names)
    const { isKnownClient } = found
    const own = isKnownClient ? 'ofClient' : 'shared'
    const account = { policy, budget: names[own], tally: found[own], client: names.ofClient, isKnownClient }
    return { account, typed: { policy, budget: names.typed, tally: found.typed } }
  }

  /** Reads only, so it can be part of a transaction. */
  async outlook(db: Database, guessed: Guessed, clientKey: string): Promise<GuessOutlook> {
    const { account } = await this.find(guessed, clientKey, db)
    const { policy, tally, isKnownClient } = account
    const bounded = tally === null ? null : this.#bounded(policy, tally)
    return { mustWait: this.#waitSeconds(bounded) > 0, isKnownClient }
  }

  /** How long `take` would refuse a guess from now on; 0 if it would not. */
  async waitSeconds({ policy, budget, tally }: GuessBudget): Promise<number> {
    if (tally === null) return 0
    const bounded = this.#bounded(policy, tally)
    // Otherwise the wait would begin again with each guess that asks.
    if (bounded.opensAt < tally.opensAt) await this.#store(budget, tally, bounded)
    return this.#waitSeconds(bounded)
  }

  /**
   * Counts a guess as wrong before it is verified, unless it comes too early. A refusal is stored with the same
   * statements as a count, so that the time of an answer does not reveal it (A34). `typed` is 1 if a wrong guess will
   * also be counted for the identifier that was typed.
   */
  async take({ policy, budget, tally: read }: GuessBudget, typed: 0 | 1 = 0): Promise<Count> {
    const { db, guesses } = this.#options
    for (let race = 0; race < racesMax; race++) {
      const tally = race === 0 ? read : await guesses.find(db, budget)
      const bounded = tally === null ? null : this.#bounded(policy, tally)
      const wait = this.#waitSeconds(bounded)
      if (bounded !== null && wait > 0) {
        const { refusals, typed: typedBefore } = bounded
        const refused = { ...bounded, refusals: refusals + 1, typed: typedBefore + typed }
        const isStored = await this.#store(budget, tally, refused)
        // What was read first may be old. A second lost race does not matter, because a refusal costs nothing.
        if (isStored || race > 0) return { isTaken: false, waitSeconds: wait }
        continue
      }
      const counted = this.#afterOneMore(policy, tally, typed)
      if (await this.#store(budget, tally, counted)) return { isTaken: true, typed: tally?.typed ?? 0 }
    }
    throw new Failure(unavailable, {
      retryAfterSeconds: 1,
      cause: new Error('lost every race for a guess budget'),
    })
  }

  /**
   * Refunds a correct guess and the wrong ones before it, and remembers its client. If the client is known, the shared
   * budget stays as it is: otherwise an owner who signs in often would open it for an attacker.
   */
  async refund(db: Database, { budget, client }: AccountBudget): Promise<void> {
    const { guesses, clock } = this.#options
    await guesses.deletion(budget).run(db)
    await guesses.rememberClient(db, client, clock.now())
  }

  /** The writes of `refund`, if no one else changes what is known of the client. */
  refundWrites({ budget, client, isKnownClient }: AccountBudget): readonly Write[] {
    const { guesses, clock } = this.#options
    return [guesses.deletion(budget), guesses.clientWrite(client, clock.now(), isKnownClient)]
  }

  /**
   * Refunds wrong guesses of an identifier: those that `refund` has refunded. Others stay, so that their makers cannot
   * notice that the owner has signed in.
   */
  async refundTyped(db: Database, { policy, budget }: GuessBudget, refunded: number): Promise<void> {
    const { guesses, clock } = this.#options
    const tally = refunded === 0 ? null : await guesses.find(db, budget)
    if (tally === null) return
    const failures = Math.max(0, tally.failures - refunded)
    if (failures === 0) return await guesses.delete(db, [budget])
    const opensAt = failures < policy.freeGuesses ? clock.now() : tally.opensAt
    // If another guess comes first, the count stays as it is: it decides only what strangers see.
    await guesses.replace(db, budget, tally, { ...tally, failures, opensAt })
  }

  /** Deletes the guesses at the subject, and its knowledge of these clients. */
  async forget(
    db: Transaction,
    { subject, typed, clientKeys, keepsSecondFactors = false }: ForgottenSubject,
  ): Promise<void> {
    const { guesses } = this.#options
    const kept = keepsSecondFactors ? secondFactors : []
    const all = Object.keys(guessPolicies) as Authenticator[]
    for (const authenticator of all.filter((each) => !kept.includes(each))) {
      const known = clientKeys.map((clientKey) =>
        this.#name(budgetOfClient(authenticator, subject, clientKey)),
      )
      const others = [
        sharedBudget(authenticator, subject),
        ...typed.map((each) => typedBudget(authenticator, each)),
      ]
      await guesses.delete(db, [...others.map((each) => this.#name(each)), ...known])
      await guesses.deleteClients(db, known)
    }
  }

  /**
   * With a key that is not in the database: people also type passwords and the addresses of others in place of an
   * identifier, and a plain digest of those can be guessed (A85). After a rotation of the master secret the counts start
   * again.
   */
  #name(budget: BudgetParts): string {
    return this.#options.keyedDigests.digest('guess-budget', [JSON.stringify(budget)])
  }

  /** @returns false if another guess came first */
  async #store(budget: string, from: Tally | null, to: Tally): Promise<boolean> {
    const { db, guesses } = this.#options
    try {
      if (from === null) return await guesses.insert(db, budget, to)
      return await guesses.replace(db, budget, from, to)
    } catch (error) {
      // The engine rolled it back in favor of another guess. That is a lost race too, like a row count of zero.
      if (error instanceof TransactionConflict) return false
      throw error
    }
  }

  #afterOneMore(policy: GuessPolicy, tally: Tally | null, typed: 0 | 1): Tally {
    const failures = (tally?.failures ?? 0) + 1
    const opensAt = new Date(this.#options.clock.now().getTime() + waitSeconds(policy, failures) * 1_000)
    return { failures, opensAt, refusals: tally?.refusals ?? 0, typed: (tally?.typed ?? 0) + typed }
  }

  /** No one waits longer than for that many failures: the clock that counted the last one may have been ahead. */
  #bounded(policy: GuessPolicy, tally: Tally): Tally {
    const now = this.#options.clock.now()
    const waitMs = remainingMs(tally.opensAt, now, waitSeconds(policy, tally.failures) * 1_000)
    const latest = new Date(now.getTime() + waitMs)
    return tally.opensAt > latest ? { ...tally, opensAt: latest } : tally
  }

  /** How long the next guess must wait; 0 if it does not have to. */
  #waitSeconds(tally: Tally | null): number {
    if (tally === null) return 0
    const waitMs = remainingMs(tally.opensAt, this.#options.clock.now(), Number.POSITIVE_INFINITY)
    return Math.ceil(waitMs / 1_000)
  }
}

/** What a budget is for, in parts, so that no two can be confused. */
type BudgetParts = readonly (string | readonly string[])[]

/** Counts what strangers typed, whether or not an account has it. */
function typedBudget(authenticator: Authenticator, typed: GuessSubject): BudgetParts {
  return ['typed', authenticator, typed]
}

function sharedBudget(authenticator: Authenticator, subject: GuessSubject): BudgetParts {
  return ['anybody', authenticator, subject]
}

function budgetOfClient(authenticator: Authenticator, subject: GuessSubject, clientKey: string): BudgetParts {
  return ['client', authenticator, subject, clientKey]
}
