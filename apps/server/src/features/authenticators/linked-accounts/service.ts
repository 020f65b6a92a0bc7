import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, type LinkedAccountId, newId } from '../../../platform/kernel/ids.ts'
import {
  type Identity,
  identityTaken,
  type LinkedAccount,
  linkedAccountsMax,
  type NewLinkedAccount,
  tooManyLinkedAccounts,
} from './model.ts'
import type { LinkedAccountsRepository } from './repository.ts'

export interface LinkedAccountsOptions {
  readonly linkedAccounts: LinkedAccountsRepository
  readonly clock: Clock
  /** The ids of the providers in the settings. No one can sign in with another one. */
  readonly providerIds: readonly string[]
}

/** The accounts at other providers with which owners sign in. */
export class LinkedAccountsService {
  readonly #options: LinkedAccountsOptions

  constructor(options: LinkedAccountsOptions) {
    this.#options = options
  }

  /** Null if no account has it. */
  async find(db: Database, identity: Identity): Promise<LinkedAccount | null> {
    return await this.#options.linkedAccounts.findByIdentity(db, identity)
  }

  /** Oldest first. */
  async list(db: Database, accountId: AccountId): Promise<readonly LinkedAccount[]> {
    return await this.#options.linkedAccounts.listByAccount(db, accountId)
  }

  /** True if the owner can sign in with one of them: its provider is still in the settings. */
  async canSignIn(db: Database, accountId: AccountId): Promise<boolean> {
    const { providerIds } = this.#options
    return (await this.list(db, accountId)).some(({ provider }) => providerIds.includes(provider))
  }

  /**
   * For an account that the transaction has locked or created.
   * @throws `linked_account_taken`, `too_many_linked_accounts`
   */
  async add(transaction: Transaction, given: NewLinkedAccount): Promise<LinkedAccount> {
    const { clock, linkedAccounts } = this.#options
    const before = await this.list(transaction, given.accountId)
    if (before.length >= linkedAccountsMax) throw new Failure(tooManyLinkedAccounts)
    const now = clock.now()
    const linked = { ...given, id: newId<LinkedAccountId>(), createdAt: now, lastUsedAt: null }
    if (!(await linkedAccounts.insert(transaction, linked))) throw new Failure(identityTaken)
    return linked
  }

  /** In the transaction that signs in. @returns false if it was disconnected in the meantime */
  async use(transaction: Transaction, { id, accountId }: LinkedAccount): Promise<boolean> {
    const { clock, linkedAccounts } = this.#options
    return await linkedAccounts.markUsed(transaction, id, accountId, clock.now())
  }

  /** Gives all of one account to another; the transaction has locked both. */
  async move(transaction: Transaction, from: AccountId, to: AccountId): Promise<void> {
    await this.#options.linkedAccounts.move(transaction, from, to)
  }

  /** @returns whether the account had it */
  async remove(transaction: Transaction, accountId: AccountId, id: LinkedAccountId): Promise<boolean> {
    return await this.#options.linkedAccounts.delete(transaction, accountId, id)
  }

  /** Someone who was in the account may have connected one to stay in it (A10). */
  async removeAll(transaction: Transaction, accountId: AccountId): Promise<void> {
    await this.#options.linkedAccounts.deleteByAccount(transaction, accountId)
  }
}
