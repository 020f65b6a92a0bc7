import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Condition } from '../../../platform/database/write-if.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { AccountId, FactorId } from '../../../platform/kernel/ids.ts'
import type { AuthenticationMethod } from '../../session-management/sessions/model.ts'
import type { Factor, FactorGuess, FactorKind } from './model.ts'

/** The result of a right guess. Nothing is used up yet. */
export interface FactorProof {
  readonly methods: readonly AuthenticationMethod[]
  /**
   * Uses the factor, in the transaction of the action that it was given for. Of all who give it at once, one succeeds
   * (I1).
   * @returns false if it was used in the meantime, or no longer belongs to the account. The action must not happen then.
   */
  use(transaction: Transaction): Promise<boolean>
}

/** A kind of second factor. Each is a feature of its own, and is listed in `app/wiring/factors.ts`. */
export interface SecondFactor {
  readonly kind: FactorKind
  /** True if the account can give this factor now. */
  isReady(db: Database, account: Account): Promise<boolean>
  /**
   * Evaluates a guess, which counts on a budget of the account (I3). Never call it inside a transaction.
   * @returns null if it is wrong
   * @throws `rate_limited`
   */
  verify(guess: FactorGuess): Promise<FactorProof | null>
}

/** A kind of second factor that owners add and remove. An account that has one is asked for it at each sign-in. */
export interface OwnFactor extends SecondFactor {
  /** Oldest first. */
  list(db: Database, accountId: AccountId): Promise<readonly Factor[]>
  /** True if the account has none of this kind. The usual sign-in asks it in the same statement. */
  hasNone(accountId: AccountId): Condition
  /** @returns whether the account had such a factor */
  rename(transaction: Transaction, accountId: AccountId, id: FactorId, name: string): Promise<boolean>
  /** @returns whether the account had such a factor */
  remove(transaction: Transaction, accountId: AccountId, id: FactorId): Promise<boolean>
}

export interface FactorsOptions {
  /** The kinds that owners add and remove. */
  readonly own: readonly OwnFactor[]
  /** The other kinds, in the order in which they are offered. They only help an account out. */
  readonly others: readonly SecondFactor[]
}

/** The second factors of accounts, of every kind. */
export class FactorsService {
  readonly #options: FactorsOptions

  constructor(options: FactorsOptions) {
    this.#options = options
  }

  /** The factors that the owner has added, oldest first. */
  async list(db: Database, accountId: AccountId): Promise<readonly Factor[]> {
    const lists: (readonly Factor[])[] = []
    // One after the other: a transaction has one connection.
    for (const kind of this.#options.own) lists.push(await kind.list(db, accountId))
    return lists.flat().sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** True if the owner has added a factor, so that every sign-in asks for one. */
  async has(db: Database, accountId: AccountId): Promise<boolean> {
    return (await this.list(db, accountId)).length > 0
  }

  /** The account has no factor that its owner has added. */
  hasNone(accountId: AccountId): readonly Condition[] {
    return this.#options.own.map((kind) => kind.hasNone(accountId))
  }

  /** The kinds that the account can give now, the one that was used last first. */
  async offered(db: Database, account: Account): Promise<readonly FactorKind[]> {
    const own = [...(await this.list(db, account.id))].sort((a, b) => usedAtMs(b) - usedAtMs(a))
    const others: FactorKind[] = []
    for (const factor of this.#options.others) if (await factor.isReady(db, account)) others.push(factor.kind)
    return [...new Set([...own.map(({ kind }) => kind), ...others])]
  }

  /** @returns null if it is wrong, or the account has no such factor @throws `rate_limited` */
  async verify(guess: FactorGuess): Promise<FactorProof | null> {
    const kinds: readonly SecondFactor[] = [...this.#options.own, ...this.#options.others]
    const factor = kinds.find(({ kind }) => kind === guess.given.kind)
    return factor === undefined ? null : await factor.verify(guess)
  }

  /** @returns whether the account had such a factor */
  async rename(transaction: Transaction, accountId: AccountId, id: FactorId, name: string): Promise<boolean> {
    for (const kind of this.#options.own) if (await kind.rename(transaction, accountId, id, name)) return true
    return false
  }

  /** Removes the factor, if the account has it. */
  async remove(transaction: Transaction, accountId: AccountId, id: FactorId): Promise<void> {
    for (const kind of this.#options.own) if (await kind.remove(transaction, accountId, id)) return
  }

  /** Removes every factor that the owner has added. @returns those that it removed */
  async removeAll(transaction: Transaction, accountId: AccountId): Promise<readonly Factor[]> {
    const all = await this.list(transaction, accountId)
    for (const { id } of all) await this.remove(transaction, accountId, id)
    return all
  }
}

function usedAtMs({ createdAt, lastUsedAt }: Factor): number {
  return (lastUsedAt ?? createdAt).getTime()
}
