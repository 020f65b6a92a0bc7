import type { ResealStep, Sealer } from '../../../platform/crypto/sealing.ts'
import { resealedAtOnce, resealPage } from '../../../platform/database/resealing.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account, AccountStatus } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, newId } from '../../../platform/kernel/ids.ts'
import { notFound, rateLimited } from '../../../platform/kernel/problems.ts'
import type { RevocationsService } from '../../safeguards/revocations/service.ts'
import { type Identifier, parseIdentifier } from './identifiers/identifier.ts'
import type { Username } from './identifiers/username.ts'
import {
  type IdentifiersInput,
  type NewAccountInput,
  readIdentifier,
  readNewAccount,
  readPatch,
  readUsername,
} from './input.ts'
import {
  type AccountPatch,
  type AddressOwners,
  emailTaken,
  guessSubjectOf,
  type Identifiers,
  type NewAccount,
  type PrivateDetails,
  phoneNumberTaken,
  usernameTaken,
} from './model.ts'
import type { AccountChanges, AccountsRepository } from './repository.ts'

export type { IdentifiersInput, NewAccountInput }

export interface LookUp {
  readonly account: Account | null
  readonly subject: readonly string[]
}

export interface AccountsServiceOptions {
  readonly db: Database
  readonly accounts: AccountsRepository
  readonly revocations: Pick<RevocationsService, 'recordAccount'>
  readonly sealer: Sealer
  readonly clock: Clock
  /** ISO 3166; null where national phone numbers are refused. */
  readonly defaultRegion: string | null
  /** How long a name that was given up stays its owner's. */
  readonly usernameRestDays: number
}

/** Of one account; a name has two looks at the most. */
const restingLooksMax = 20

const takenProblem = { username: usernameTaken, email: emailTaken, phoneNumber: phoneNumberTaken }

export class AccountsService {
  readonly #db: Database
  readonly #accounts: AccountsRepository
  readonly #revocations: Pick<RevocationsService, 'recordAccount'>
  readonly #sealer: Sealer
  readonly #clock: Clock
  readonly #defaultRegion: string | null
  readonly #usernameRestDays: number

  constructor(options: AccountsServiceOptions) {
    const { db, accounts, revocations, sealer, clock, defaultRegion, usernameRestDays } = options
    this.#db = db
    this.#accounts = accounts
    this.#revocations = revocations
    this.#sealer = sealer
    this.#clock = clock
    this.#defaultRegion = defaultRegion
    this.#usernameRestDays = usernameRestDays
  }

  /** @throws `username_taken`, `email_taken`, `phone_number_taken` */
  async create(db: Transaction, account: NewAccount): Promise<Account> {
    const id = newId<AccountId>()
    const now = this.#clock.now()
    const row = {
      id,
      ...identifierColumns(account),
      full_name: account.fullName,
      given_name: account.givenName,
      family_name: account.familyName,
      ...this.#sealed(id, account),
      status: 'active' as const,
      created_at: now.getTime(),
      updated_at: now.getTime(),
    }
    const taken = await this.#accounts.insert(db, row, account.username?.skeletons ?? [])
    if (taken !== null) throw new Failure(takenProblem[taken])
    return await this.get(id, db)
  }

  /** @throws `validation_failed`, naming every field at once */
  read(input: NewAccountInput): NewAccount {
    return readNewAccount(input, this.#defaultRegion)
  }

  /** Fails as `create` would. Only spares work: who comes first is decided when the account is stored. */
  async assertFree(identifiers: Identifiers): Promise<void> {
    const taken = await this.#accounts.findTaken(this.#db, identifiers, this.#clock.now())
    if (taken !== null) throw new Failure(takenProblem[taken])
  }

  async findOwners(db: Database, { email, phoneNumber }: Identifiers): Promise<AddressOwners> {
    const find = async (kind: 'email' | 'phone_number', canonical: string | undefined) =>
      canonical === undefined ? null : await this.#accounts.findByIdentifier(db, { kind, canonical })
    return {
      email: await find('email', email?.canonical),
      phoneNumber: await find('phone_number', phoneNumber?.canonical),
    }
  }

  /** Why nobody could register with the one identifier given: the code of a rule or of a conflict; null if they could. */
  async reasonAgainst(input: IdentifiersInput): Promise<string | null> {
    const identifiers = readIdentifier(input, this.#defaultRegion)
    if ('pointer' in identifiers) return identifiers.code
    const taken = await this.#accounts.findTaken(this.#db, identifiers, this.#clock.now())
    return taken === null ? null : takenProblem[taken].code
  }

  /** @throws `not_found` */
  async get(id: AccountId, db: Database = this.#db): Promise<Account> {
    const account = await this.#accounts.findById(db, id)
    if (account === null) throw new Failure(notFound)
    return account
  }

  findById(id: AccountId): Promise<Account | null> {
    return this.#accounts.findById(this.#db, id)
  }

  /** By username, email or phone number, however it is spelt; null for what can be nobody's. */
  async find(text: string): Promise<Account | null> {
    const { account } = await this.lookUp(text)
    return account
  }

  /**
   * As `find`, of one kind where that is known. `subject` is what is being asked for, whether or not it is somebody's:
   * the account, or the one form of an identifier that nobody has.
   */
  async lookUp(text: string, kind: 'any' | Identifier['kind'] = 'any'): Promise<LookUp> {
    const identifier = parseIdentifier(text, this.#defaultRegion)
    if (identifier === null || (kind !== 'any' && kind !== identifier.kind))
      return { account: null, subject: ['unreadable', kind, text.trim().toLowerCase()] }
    const account = await this.#accounts.findByIdentifier(this.#db, identifier)
    if (account === null) return { account, subject: ['nobody', identifier.kind, identifier.canonical] }
    return { account, subject: guessSubjectOf(account.id) }
  }

  /**
   * Locks the account until the transaction ends, if it is active: nobody can suspend or delete it in between (I2).
   * The lock is a change that is undone, since all engines honour it. A lock that changes nothing holds a row on its
   * own server only, and a Galera cluster would accept a sign-in at one node and a suspension at another.
   * @returns whether the account is active
   */
  async lockActive(db: Transaction, id: AccountId): Promise<boolean> {
    const isActive = await this.#accounts.shiftActive(db, id, 1)
    if (isActive) await this.#accounts.shiftActive(db, id, -1)
    return isActive
  }

  list(page: { after: AccountId | null; limit: number }): Promise<Account[]> {
    return this.#accounts.list(this.#db, page)
  }

  /** For the owner's eyes alone. */
  detailsOf({ id, addressSealed, nationalIdSealed }: Account): PrivateDetails {
    return {
      address: this.#open(id, 'address', addressSealed),
      nationalId: this.#open(id, 'national_id', nationalIdSealed),
    }
  }

  /** @throws `not_found`, `validation_failed` */
  async update(id: AccountId, patch: AccountPatch): Promise<Account> {
    const { fullName, givenName, familyName, locale, ...details } = readPatch(patch)
    const named = { full_name: fullName, given_name: givenName, family_name: familyName, locale }
    const changes = { ...withoutAbsent(named), ...this.#sealed(id, details) }
    if (Object.keys(changes).length > 0) await this.#change(this.#db, id, changes)
    return await this.get(id)
  }

  /** @throws `validation_failed` */
  readUsername(text: string): Username {
    return readUsername(text)
  }

  /**
   * Gives the account another username, in a transaction that holds it. The old one signs nobody in from then on, and
   * rests: its owner may take it back, and nobody else may have it for a while.
   * @throws `username_taken`, `rate_limited` where too many of the account's names rest already
   */
  async rename(transaction: Transaction, id: AccountId, username: Username): Promise<Account> {
    const now = this.#clock.now()
    await this.#assertFewRest(transaction, id, now)
    const until = new Date(now.getTime() + this.#usernameRestDays * 86_400_000)
    if (!(await this.#accounts.rename(transaction, id, username, { now, until })))
      throw new Failure(usernameTaken)
    return await this.get(id, transaction)
  }

  /** Deletes what names looked like that have rested. @returns how many, `limit` at the most */
  async purge(limit: number): Promise<number> {
    const now = this.#clock.now()
    return await inTransaction(this.#db, (db) => this.#accounts.deleteRested(db, now, limit))
  }

  /** @throws `not_found` */
  async setStatus(transaction: Transaction, id: AccountId, status: AccountStatus): Promise<void> {
    await this.#change(transaction, id, { status })
    if (status !== 'active') await this.#revocations.recordAccount(transaction, id)
  }

  /**
   * Erases the account and all that hangs on it.
   * @throws `not_found`
   */
  async delete(db: Database, id: AccountId): Promise<void> {
    if (!(await this.#accounts.delete(db, id))) throw new Failure(notFound)
  }

  /** As `delete`, but not somebody who has come back. @returns whether it did */
  deleteUnlessActive(db: Transaction, id: AccountId): Promise<boolean> {
    return this.#accounts.deleteUnlessActive(db, id)
  }

  /** Lets the owner of a deleted account sign in again; nobody who is suspended. @returns whether it did */
  reactivate(db: Transaction, id: AccountId): Promise<boolean> {
    return this.#accounts.reactivate(db, id, this.#clock.now())
  }

  /** Takes back what the same transaction has created; with the id of `nobody` it only costs as much. */
  async discard(transaction: Transaction, id: AccountId): Promise<void> {
    await this.#accounts.delete(transaction, id)
  }

  /**
   * Seals anew what a previous master secret sealed in the next accounts behind `after`; a server that runs meanwhile
   * opens both.
   * @throws WrongMasterSecret, DamagedSeal
   */
  async reseal({ after, isTrial }: { after: string | null; isTrial: boolean }): Promise<ResealStep> {
    const rows = await this.#accounts.listSealed(this.#db, {
      after: after as AccountId | null,
      limit: resealedAtOnce,
    })
    return await resealPage(this.#db, {
      isTrial,
      rows,
      keyOf: ({ id }) => id,
      changesOf: ({ id, addressSealed, nationalIdSealed }) => [
        ...this.#resealed(id, 'address', addressSealed),
        ...this.#resealed(id, 'national_id', nationalIdSealed),
      ],
      replace: (db, { id, column, ...values }) => this.#accounts.replaceSealed(db, id, column, values),
    })
  }

  // Or one account could keep any number of names from everybody else.
  async #assertFewRest(db: Database, id: AccountId, now: Date): Promise<void> {
    const [next, ...more] = await this.#accounts.findResting(db, id, now)
    if (next === undefined || more.length + 1 < restingLooksMax) return
    const retryAfterSeconds = Math.ceil((next.getTime() - now.getTime()) / 1_000)
    throw new Failure(rateLimited, { retryAfterSeconds })
  }

  async #change(db: Database, id: AccountId, changes: AccountChanges): Promise<void> {
    const updated_at = this.#clock.now().getTime()
    if (!(await this.#accounts.update(db, id, { ...changes, updated_at }))) throw new Failure(notFound)
  }

  // An address and a national id are what a thief of the database would want most (ASVS 14.2.4).
  #sealed(id: AccountId, { address, nationalId }: Partial<PrivateDetails>) {
    return withoutAbsent({
      address_sealed: this.#seal(id, 'address', address),
      national_id_sealed: this.#seal(id, 'national_id', nationalId),
    })
  }

  #seal(id: AccountId, field: string, value: string | null | undefined): string | null | undefined {
    return typeof value === 'string' ? this.#sealer.seal(value, { purpose: `accounts.${field}`, id }) : value
  }

  #open(id: AccountId, field: string, sealed: string | null): string | null {
    return sealed === null ? null : this.#sealer.open(sealed, { purpose: `accounts.${field}`, id })
  }

  #resealed(id: AccountId, field: 'address' | 'national_id', read: string | null) {
    if (read === null) return []
    const resealed = this.#sealer.reseal(read, { purpose: `accounts.${field}`, id })
    const column = `${field}_sealed` as const
    return resealed === null ? [] : [{ id, column, read, resealed }]
  }
}

function identifierColumns({ username, email, phoneNumber }: Identifiers) {
  return {
    username: username?.given ?? null,
    username_canonical: username?.canonical ?? null,
    email: email?.given ?? null,
    email_canonical: email?.canonical ?? null,
    phone_number: phoneNumber?.canonical ?? null,
  }
}

type WithoutAbsent<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

// What is undefined was not named and stays as it is.
function withoutAbsent<T extends object>(columns: T): WithoutAbsent<T> {
  return Object.fromEntries(
    Object.entries(columns).filter(([, value]) => value !== undefined),
  ) as WithoutAbsent<T>
}
