import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { type AccountId, newIdAt } from '../../../../platform/kernel/ids.ts'
import type { FormerContactsService } from '../former-contacts/service.ts'
import type { NewAccount } from '../model.ts'
import type { PrivateDetailsService } from '../private-details/service.ts'
import type { PeopleCounts } from '../service.ts'
import type { BulkAccountRow, BulkAccountsRepository, Owned } from './repository.ts'

export interface BulkAccountsOptions {
  readonly accounts: BulkAccountsRepository
  readonly formerContacts: Pick<FormerContactsService, 'findHeld'>
  readonly privateDetails: Pick<PrivateDetailsService, 'seal'>
  readonly counting: PeopleCounts
  readonly clock: Clock
}

/** An account that another system had. Times are in milliseconds. */
export interface ImportedAccount extends NewAccount {
  readonly emailVerifiedAt: number | null
  readonly phoneNumberVerifiedAt: number | null
  readonly locale: string | null
  /** Null for now. */
  readonly createdAt: number | null
  readonly isSuspended: boolean
}

export interface PreparedAccount {
  readonly id: AccountId
  readonly row: BulkAccountRow
  readonly skeletons: readonly string[]
}

/** Identifiers in their canonical forms, and skeletons of usernames. */
export interface UniqueValues {
  readonly emails: readonly string[]
  readonly phoneNumbers: readonly string[]
  readonly skeletons: readonly string[]
}

/** Who has these values, or can get them back. */
export interface Owners {
  readonly emails: readonly Owned[]
  readonly phoneNumbers: readonly Owned[]
  readonly skeletons: readonly Owned[]
}

/** Creates many accounts with few statements. `AccountsService` creates one. */
export class BulkAccountsService {
  readonly #options: BulkAccountsOptions

  constructor(options: BulkAccountsOptions) {
    this.#options = options
  }

  async findOwners(db: Database, { emails, phoneNumbers, skeletons }: UniqueValues): Promise<Owners> {
    const { accounts, clock } = this.#options
    return {
      emails: await accounts.ownersOfEmails(db, emails),
      phoneNumbers: await accounts.ownersOfPhoneNumbers(db, phoneNumbers),
      skeletons: await accounts.ownersOfSkeletons(db, skeletons, clock.now()),
    }
  }

  /** Those of the accounts that have no contact which another account can get back. */
  async withoutHeld<Account extends NewAccount>(db: Database, all: readonly Account[]): Promise<Account[]> {
    const { accounts, formerContacts } = this.#options
    // Most servers have none, and to ask for each of a million accounts takes long.
    if (!(await accounts.hasFormerContacts(db))) return [...all]
    const free: Account[] = []
    for (const account of all) if ((await formerContacts.findHeld(db, account)) === null) free.push(account)
    return free
  }

  /** Prepares accounts to be stored, each with its id. Stores nothing. */
  prepare(created: readonly ImportedAccount[]): PreparedAccount[] {
    const now = this.#options.clock.now().getTime()
    return created.map((account) => {
      const row = this.#rowOf(account, now)
      return { id: row.id, row, skeletons: account.username?.skeletons ?? [] }
    })
  }

  /**
   * The caller has asked who owns their identifiers, and records the events.
   * @param isCounted false if the caller counts them
   * @throws UniqueViolation if someone has taken an identifier in the meantime; the transaction must then be undone
   */
  async create(
    transaction: Transaction,
    prepared: readonly PreparedAccount[],
    { isCounted = true } = {},
  ): Promise<void> {
    const { accounts, clock, counting } = this.#options
    const skeletons = prepared.flatMap(({ id, skeletons: all }) => all.map((skeleton) => ({ id, skeleton })))
    const names = skeletons.map(({ skeleton }) => skeleton)
    await accounts.release(transaction, names, clock.now())
    const rows = prepared.map(({ row }) => row)
    await accounts.insert(transaction, rows, skeletons)
    if (isCounted)
      await counting.changePeople(transaction, rows.filter(({ kind }) => kind === 'person').length)
  }

  #rowOf(account: ImportedAccount, now: number): BulkAccountRow {
    const createdAt = account.createdAt ?? now
    // Lists are sorted by the id, which begins with the time of creation.
    const id = newIdAt<AccountId>(new Date(createdAt))
    const { username, email, phoneNumber, address, nationalId } = account
    const sealed = this.#options.privateDetails.seal(id, { address, nationalId })
    return {
      id,
      kind: 'person',
      username: username?.given ?? null,
      username_canonical: username?.canonical ?? null,
      email: email?.given ?? null,
      email_canonical: email?.canonical ?? null,
      email_verified_at: email === null ? null : account.emailVerifiedAt,
      phone_number: phoneNumber?.canonical ?? null,
      phone_number_given: phoneNumber?.given ?? null,
      phone_number_verified_at: phoneNumber === null ? null : account.phoneNumberVerifiedAt,
      full_name: account.fullName,
      given_name: account.givenName,
      family_name: account.familyName,
      address_sealed: sealed.address_sealed ?? null,
      national_id_sealed: sealed.national_id_sealed ?? null,
      locale: account.locale,
      status: account.isSuspended ? 'suspended' : 'active',
      pending_until: null,
      created_at: createdAt,
      updated_at: now,
    }
  }
}
