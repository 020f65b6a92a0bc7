import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Account } from '../../../../platform/kernel/account.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { dayMs } from '../../../../platform/kernel/durations.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { rateLimited } from '../../../../platform/kernel/problems.ts'
import { remainingMs } from '../../../../platform/kernel/time-bounds.ts'
import type { FormerContactsService } from '../former-contacts/service.ts'
import { assertPatch, type IdentifierRules, readIdentifier, readNewAccount, readUsername } from '../input.ts'
import {
  type AccountPatch,
  type AddressOwners,
  guessSubjectOf,
  type Identifiers,
  type IdentifiersInput,
  type NewAccount,
  type NewAccountInput,
  takenProblem,
  typedSubjectOf,
  usernameTaken,
} from '../model.ts'
import type { AccountsRepository } from '../repository.ts'
import type { UsernamesRepository } from '../usernames/repository.ts'
import { type Identifier, readTypedIdentifier } from './identifier.ts'
import { reservedCheck } from './reserved-usernames.ts'
import { canonicalUsername, type Username } from './username.ts'

export interface LookUp {
  readonly account: Account | null
  /**
   * The subject on which guesses are counted: the account, or the canonical form of an identifier that no account has.
   */
  readonly subject: readonly string[]
  /** What was typed, in its canonical form, whether or not an account has it. */
  readonly typed: readonly string[]
}

export interface IdentifiersServiceOptions extends Omit<IdentifierRules, 'isReserved'> {
  readonly db: Database
  readonly accounts: Pick<
    AccountsRepository,
    'canonicalIdentifiers' | 'findTypedNumber' | 'findByIdentifier' | 'findTaken' | 'rename' | 'updateFound'
  >
  readonly usernames: Pick<UsernamesRepository, 'listHolds' | 'deleteExpired' | 'handOver'>
  readonly formerContacts: Pick<FormerContactsService, 'findHeld' | 'findHolder'>
  readonly clock: Clock
  /** Usernames that no one can register, in addition to those that are always reserved. */
  readonly reservedUsernames: readonly string[]
  /** How long a former username is held for its owner. */
  readonly usernameHoldDays: number
}

/** The limit for one account. A username has at most three skeletons. */
const heldSkeletonsMax = 20

/** Reads usernames, emails and phone numbers as people write them, finds their owners and changes usernames. */
export class IdentifiersService {
  readonly #options: IdentifiersServiceOptions
  readonly #rules: IdentifierRules

  constructor(options: IdentifiersServiceOptions) {
    this.#options = options
    const { costlyNumbers, defaultRegion, reservedUsernames } = options
    this.#rules = { costlyNumbers, defaultRegion, isReserved: reservedCheck(reservedUsernames) }
  }

  /**
   * @param byAdministrator if true, accepts a reserved username
   * @throws `validation_failed`, naming every invalid field at once
   */
  readNewAccount(input: NewAccountInput, byAdministrator = false): NewAccount {
    return readNewAccount(input, byAdministrator ? { ...this.#rules, isReserved: () => false } : this.#rules)
  }

  /** How new identifiers are read. */
  get rules(): IdentifierRules {
    return this.#rules
  }

  /** Checks a change by an administrator. @throws `validation_failed`, naming every invalid field at once */
  checkPatch(patch: AccountPatch & IdentifiersInput): void {
    assertPatch(patch, { ...this.#rules, isReserved: () => false })
  }

  /**
   * Reads the new username of an account. It may write its own username in another way, even if it is reserved.
   * @throws `validation_failed`
   */
  readUsername(text: string, current: string | null): Username {
    const own = current === null ? null : canonicalUsername(current)
    return readUsername(text, (username) => username.canonical !== own && this.#rules.isReserved(username))
  }

  /** Finds the account of a username, an email or a phone number in any spelling. */
  async lookUp(text: string, kind: 'any' | Identifier['kind'] = 'any'): Promise<LookUp> {
    const { accounts, db } = this.#options
    const identifier = readTypedIdentifier(text, this.#rules.defaultRegion)
    if (identifier === null || (kind !== 'any' && kind !== identifier.kind))
      return lookUpOfNobody(['unreadable', kind, text.trim().toLowerCase()])
    const typed = typedSubjectOf(identifier)
    const account = await accounts.findByIdentifier(db, identifier)
    return account === null ? lookUpOfNobody(typed) : { account, subject: guessSubjectOf(account.id), typed }
  }

  /**
   * The identifier that the text names, as the account has it: another system may give another spelling of it to someone
   * else, so what a stranger typed is never passed on (A15).
   */
  async asStored(text: string, { id, email, phoneNumber, username }: Account): Promise<string | null> {
    switch (readTypedIdentifier(text, this.#rules.defaultRegion)?.kind) {
      case 'email':
        return email
      case 'phone_number':
        return (await this.typedPhoneNumber(id)) ?? phoneNumber
      case 'username':
        return username
      default:
        return null
    }
  }

  /** The phone number as its owner typed it when registering; null if it has changed since. */
  async typedPhoneNumber(id: AccountId): Promise<string | null> {
    return await this.#options.accounts.findTypedNumber(this.#options.db, id)
  }

  /** The subjects on which guesses are counted that name the account. */
  async typedSubjects(db: Database, id: AccountId): Promise<(readonly string[])[]> {
    const stored = await this.#options.accounts.canonicalIdentifiers(db, id)
    // A guess is counted under today's form of what was typed, and other rules may have stored another form.
    return stored.map((each) => typedSubjectOf(readTypedIdentifier(each.canonical, null) ?? each))
  }

  /**
   * Finds the accounts that have these contacts, or had them and can get them back: such an account is returned as it was
   * when it had the contact. It asks for both in every case, so that the time reveals nothing (I4).
   */
  async findOwners(db: Database, { email, phoneNumber }: Identifiers): Promise<AddressOwners> {
    const { accounts, formerContacts } = this.#options
    const find = async (kind: 'email' | 'phone_number', canonical: string | undefined) => {
      if (canonical === undefined) return null
      const owner = await accounts.findByIdentifier(db, { kind, canonical })
      const holder = await formerContacts.findHolder(db, { kind, canonical })
      return owner ?? holder
    }
    return {
      email: await find('email', email?.canonical),
      phoneNumber: await find('phone_number', phoneNumber?.canonical),
    }
  }

  /**
   * Throws the errors that the creation of the account would throw. It only saves work: if several requests want the
   * same identifier, the first one to be stored gets it.
   * @throws `username_taken`, `email_taken`, `phone_number_taken`
   */
  async assertAvailable(identifiers: Identifiers, db: Database = this.#options.db): Promise<void> {
    const taken = await this.#findTaken(db, identifiers)
    if (taken !== null) throw new Failure(takenProblem[taken])
  }

  /** @returns the code of the rule or conflict that prevents registering with this one identifier; null if none does */
  async unavailableReason(input: IdentifiersInput): Promise<string | null> {
    const identifiers = readIdentifier(input, this.#rules)
    if ('pointer' in identifiers) return (await this.#findStored(input)) ?? identifiers.code
    const taken = await this.#findTaken(this.#options.db, identifiers)
    return taken === null ? null : takenProblem[taken].code
  }

  async #findTaken(db: Database, identifiers: Identifiers): Promise<keyof Identifiers | null> {
    const { accounts, clock, formerContacts } = this.#options
    const taken = await accounts.findTaken(db, identifiers, clock.now())
    return taken ?? (await formerContacts.findHeld(db, identifiers))
  }

  // An account may have an identifier that the rules no longer accept.
  async #findStored({ username, email, phoneNumber }: IdentifiersInput): Promise<string | null> {
    const given = { username, email, phone_number: phoneNumber }
    for (const kind of ['username', 'email', 'phone_number'] as const) {
      const text = given[kind]
      if (text === undefined) continue
      const { account } = await this.lookUp(text, kind)
      if (account !== null) return `${kind}_taken`
    }
    return null
  }

  /**
   * Gives the account another username, in a transaction that has locked the account. The old username no longer works
   * for sign-in. It is held for a while: its owner can take it back, but no one else can take it.
   * @throws `username_taken`; `rate_limited` if too many former usernames of the account are held already
   */
  async rename(db: Transaction, id: AccountId, username: Username): Promise<void> {
    const { accounts, clock, usernameHoldDays } = this.#options
    const now = clock.now()
    await this.#assertFewHeld(db, id, now)
    const until = new Date(now.getTime() + usernameHoldDays * dayMs)
    if (!(await accounts.rename(db, id, username, { now, until }))) throw new Failure(usernameTaken)
  }

  /**
   * Gives the usernames of an account to another one, before the first is erased, so that no one else can take them.
   * @param isInUse true if the other account takes over the current one; otherwise it is held like a former one
   */
  async handOver(
    transaction: Transaction,
    from: AccountId,
    to: AccountId,
    { isInUse }: { readonly isInUse: boolean },
  ): Promise<void> {
    const { clock, usernameHoldDays, usernames } = this.#options
    const until = new Date(clock.now().getTime() + usernameHoldDays * dayMs)
    await usernames.handOver(transaction, from, to, isInUse ? null : until)
  }

  /** Makes a username that was handed over the username of the account, once the former owner is erased. */
  async takeOver(transaction: Transaction, id: AccountId, username: string): Promise<void> {
    const { accounts, clock } = this.#options
    await accounts.updateFound(transaction, id, {
      username,
      username_canonical: canonicalUsername(username),
      updated_at: clock.now().getTime(),
    })
  }

  /** Releases former usernames whose hold has ended. @returns how many skeletons it deleted, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { clock, db, usernames } = this.#options
    const now = clock.now()
    return await inTransaction(db, (transaction) => usernames.deleteExpired(transaction, now, limit))
  }

  // Without a limit, one account could block any number of usernames for everyone else.
  async #assertFewHeld(db: Database, id: AccountId, now: Date): Promise<void> {
    const { usernameHoldDays, usernames } = this.#options
    const [next, ...more] = await usernames.listHolds(db, id, now)
    if (next === undefined || more.length + 1 < heldSkeletonsMax) return
    const waitMs = remainingMs(next, now, usernameHoldDays * dayMs)
    const retryAfterSeconds = Math.ceil(waitMs / 1_000)
    throw new Failure(rateLimited, { retryAfterSeconds })
  }
}

function lookUpOfNobody(typed: readonly string[]): LookUp {
  return { account: null, subject: ['nobody', ...typed], typed }
}
