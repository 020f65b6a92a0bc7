import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account, AccountStatus } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, newIdAt } from '../../../platform/kernel/ids.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { RevocationsService } from '../../safeguards/revocations/service.ts'
import type { FormerContactsService } from './former-contacts/service.ts'
import { readAccountPatch, readServiceName } from './input.ts'
import { type AccountPatch, differences, type Identifiers, type NewAccount, takenProblem } from './model.ts'
import type { PrivateDetailsService } from './private-details/service.ts'
import {
  type AccountChanges,
  type AccountPage,
  type AccountsRepository,
  type PlainChanges,
  withoutAbsent,
} from './repository.ts'

/** Keeps the last administrator. Roles come later in the reading order. */
export interface Administrators {
  /** @throws `last_administrator` */
  assertOthersRemain(transaction: Transaction, accountId: AccountId): Promise<void>
}

export interface AccountsServiceOptions {
  readonly db: Database
  readonly accounts: AccountsRepository
  readonly audit: Pick<AuditService, 'success'>
  readonly formerContacts: Pick<FormerContactsService, 'findHeld'>
  readonly revocations: Pick<RevocationsService, 'recordAccount'>
  readonly administrators: Administrators
  readonly counting: PeopleCounts
  readonly privateDetails: Pick<PrivateDetailsService, 'seal'>
  readonly clock: Clock
}

/** Counts the accounts of people. The figures come later in the reading order. */
export interface PeopleCounts {
  changePeople(transaction: Transaction, by: number): Promise<void>
}

interface NewAccountOptions {
  /** How long the account waits for its confirmation; null if it does not. */
  readonly pendingMs?: number | null
  /** A language in which messages can be written; null for the default. */
  readonly locale?: string | null
  /** True if the caller knows that no other account can get back one of the contacts. */
  readonly isUnheld?: boolean
  /** An id that an authenticator has stored already; absent for a new one. */
  readonly id?: AccountId
}

/** Creates, reads, changes and deletes accounts. `IdentifiersService` knows who owns an identifier. */
export class AccountsService {
  readonly #options: AccountsServiceOptions

  constructor(options: AccountsServiceOptions) {
    this.#options = options
  }

  /** @throws `username_taken`, `email_taken`, `phone_number_taken` */
  async create(
    db: Transaction,
    account: NewAccount,
    { pendingMs = null, locale = null, isUnheld = false, id: given }: NewAccountOptions = {},
  ): Promise<Account> {
    const { accounts, clock, formerContacts, privateDetails } = this.#options
    const held = isUnheld ? null : await formerContacts.findHeld(db, account)
    if (held !== null) throw new Failure(takenProblem[held])
    const createdAt = clock.now()
    // Lists are sorted by the id, which begins with the time of creation.
    const id = given ?? newIdAt<AccountId>(createdAt)
    const now = createdAt.getTime()
    const row = {
      id,
      kind: 'person' as const,
      ...identifierColumns(account),
      full_name: account.fullName,
      given_name: account.givenName,
      family_name: account.familyName,
      ...privateDetails.seal(id, account),
      locale,
      status: pendingMs === null ? ('active' as const) : ('pending' as const),
      pending_until: pendingMs === null ? null : now + pendingMs,
      created_at: now,
      updated_at: now,
    }
    const taken = await accounts.insert(db, row, account.username?.skeletons ?? [])
    if (taken !== null) throw new Failure(takenProblem[taken])
    await this.#options.counting.changePeople(db, 1)
    return await this.get(db, id)
  }

  /**
   * Creates an account for a program. It has nothing with which anyone could sign in. Its name need not be unique. The
   * caller gives it roles and records the event.
   * @throws `validation_failed`
   */
  async createService(db: Transaction, name: string): Promise<Account> {
    const { accounts, clock } = this.#options
    const createdAt = clock.now()
    const id = newIdAt<AccountId>(createdAt)
    const now = createdAt.getTime()
    const row = {
      id,
      kind: 'service' as const,
      full_name: readServiceName(name),
      status: 'active' as const,
      created_at: now,
      updated_at: now,
    }
    await accounts.insert(db, row, [])
    return await this.get(db, id)
  }

  /** Names a service account. @throws `not_found`, `validation_failed` */
  async renameService(db: Transaction, id: AccountId, name: string): Promise<Account> {
    const { accounts, clock } = this.#options
    const changes = { full_name: readServiceName(name), updated_at: clock.now().getTime() }
    if (!(await accounts.updateFound(db, id, changes))) throw new Failure(notFound)
    return await this.get(db, id)
  }

  async find(db: Database, id: AccountId): Promise<Account | null> {
    return await this.#options.accounts.findById(db, id)
  }

  /** @throws `not_found` */
  async get(db: Database, id: AccountId): Promise<Account> {
    const account = await this.find(db, id)
    if (account === null) throw new Failure(notFound)
    return account
  }

  async list(db: Database, page: AccountPage): Promise<Account[]> {
    return await this.#options.accounts.list(db, page)
  }

  /**
   * Changes the fields that the patch names, and records what has changed.
   * @throws `not_found`, `validation_failed`
   */
  async update(id: AccountId, patch: AccountPatch, context: RequestContext): Promise<Account> {
    const { audit, db } = this.#options
    const columns = this.#changesOf(id, patch)
    if (Object.keys(columns).length === 0) return await this.get(db, id)
    return await inTransaction(db, async (transaction) => {
      // Otherwise another request could change it between the values before and the change.
      await this.lock(transaction, id)
      const before = await this.get(transaction, id)
      await this.#changeFields(transaction, id, columns)
      const after = await this.get(transaction, id)
      const changes = differences(before, after)
      if (Object.keys(changes.after).length > 0)
        await audit.success(transaction, 'user_change', { accountId: id, changes }, context)
      return after
    })
  }

  /** @throws `validation_failed`, naming every invalid field at once */
  checkRules(patch: AccountPatch): void {
    readAccountPatch(patch)
  }

  /** Like `update`, but the caller records it. @throws `not_found`, `validation_failed` */
  async patch(transaction: Transaction, id: AccountId, patch: AccountPatch): Promise<void> {
    const changes = this.#changesOf(id, patch)
    if (Object.keys(changes).length > 0) await this.#changeFields(transaction, id, changes)
  }

  /**
   * Locks the account until the transaction ends, if it is active: no other request can suspend or delete it in
   * between (I2).
   * @returns whether the account is active
   */
  async lockActive(db: Transaction, id: AccountId): Promise<boolean> {
    return await this.#options.accounts.lock(db, id, 'active')
  }

  /** Like `lockActive`, for an account that is deleted or suspended. */
  async lockInactive(db: Transaction, id: AccountId): Promise<boolean> {
    return await this.#options.accounts.lock(db, id, 'inactive')
  }

  /** Like `lockActive`, whatever the status of the account is. @throws `not_found` */
  async lock(db: Transaction, id: AccountId): Promise<void> {
    if (!(await this.#options.accounts.lock(db, id, 'any'))) throw new Failure(notFound)
  }

  /** Like `lockActive`, for an account that its owner has deleted. */
  async lockDeleted(db: Transaction, id: AccountId): Promise<boolean> {
    return await this.#options.accounts.lock(db, id, 'deleted')
  }

  /** @throws `not_found`, `last_administrator` */
  async setStatus(db: Transaction, id: AccountId, status: AccountStatus): Promise<void> {
    if (status !== 'active') await this.#assertDispensable(db, id)
    await this.#change(db, id, { status, pending_until: null })
    if (status !== 'active') await this.#options.revocations.recordAccount(db, id)
  }

  /** Makes an account active that waited for its confirmation. @returns whether it did */
  async activate(db: Transaction, id: AccountId): Promise<boolean> {
    const { accounts, clock } = this.#options
    return await accounts.activate(db, id, clock.now())
  }

  /** The accounts that waited for their confirmation for too long. */
  async listUnconfirmed(limit: number): Promise<AccountId[]> {
    const { accounts, clock, db } = this.#options
    return await accounts.listUnconfirmed(db, clock.now(), limit)
  }

  /** Makes a deleted account active again, but not a suspended one. @returns whether it did */
  async reactivate(db: Transaction, id: AccountId): Promise<boolean> {
    const { accounts, clock } = this.#options
    return await accounts.reactivate(db, id, clock.now())
  }

  /**
   * Erases the account, and with it every row that refers to it.
   * @param unlessActive if true, keeps an account that has been restored
   * @returns whether it erased an account
   * @throws `last_administrator`
   */
  async delete(db: Transaction, id: AccountId, { unlessActive = false } = {}): Promise<boolean> {
    if (!unlessActive) await this.#assertDispensable(db, id)
    const account = await this.find(db, id)
    const isDeleted = await this.#options.accounts.delete(db, id, { unlessActive })
    if (account?.kind === 'person') await this.#countRemoved(db, isDeleted)
    return isDeleted
  }

  /** Deletes an account that waits for its confirmation, unless its owner has just confirmed it. */
  async deletePending(db: Transaction, id: AccountId): Promise<void> {
    await this.#countRemoved(db, await this.#options.accounts.delete(db, id, { onlyPending: true }))
  }

  /**
   * Removes an account that must not stay. No one can take its username for a while, as if the account had stayed.
   * If there is no such account, it does the same work.
   */
  async withdraw(db: Transaction, id: AccountId, usernameHeldMs: number): Promise<void> {
    const { accounts, clock } = this.#options
    const until = new Date(clock.now().getTime() + usernameHeldMs)
    await this.#countRemoved(db, await accounts.deleteAndHold(db, id, until))
  }

  /** Does the same work whether or not there was an account (A34). */
  async #countRemoved(db: Transaction, isRemoved: boolean): Promise<void> {
    await this.#options.counting.changePeople(db, isRemoved ? -1 : 0)
  }

  /** @throws `last_administrator` if the account is active and the only administrator */
  async #assertDispensable(db: Transaction, id: AccountId): Promise<void> {
    if (await this.lockActive(db, id)) await this.#options.administrators.assertOthersRemain(db, id)
  }

  #changesOf(id: AccountId, patch: AccountPatch): AccountChanges {
    const { fullName, givenName, familyName, locale, ...details } = readAccountPatch(patch)
    const named = { full_name: fullName, given_name: givenName, family_name: familyName, locale }
    return { ...withoutAbsent(named), ...this.#options.privateDetails.seal(id, details) }
  }

  async #changeFields(transaction: Transaction, id: AccountId, changes: AccountChanges): Promise<void> {
    const names = [changes.full_name, changes.given_name, changes.family_name]
    // A name also changes what the account is found by.
    if (names.some((name) => name !== undefined)) await this.#changeFound(transaction, id, changes)
    else await this.#change(transaction, id, changes)
  }

  /** @throws `not_found` */
  async #changeFound(transaction: Transaction, id: AccountId, changes: AccountChanges): Promise<void> {
    const { accounts, clock } = this.#options
    const updated_at = clock.now().getTime()
    if (!(await accounts.updateFound(transaction, id, { ...changes, updated_at })))
      throw new Failure(notFound)
  }

  async #change(db: Database, id: AccountId, changes: PlainChanges): Promise<void> {
    const { accounts, clock } = this.#options
    const updated_at = clock.now().getTime()
    if (!(await accounts.update(db, id, { ...changes, updated_at }))) throw new Failure(notFound)
  }
}

function identifierColumns({ username, email, phoneNumber }: Identifiers) {
  return {
    username: username?.given ?? null,
    username_canonical: username?.canonical ?? null,
    email: email?.given ?? null,
    email_canonical: email?.canonical ?? null,
    phone_number: phoneNumber?.canonical ?? null,
    phone_number_given: phoneNumber?.given ?? null,
  }
}
