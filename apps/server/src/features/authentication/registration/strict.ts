import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { hourMs } from '../../../platform/kernel/durations.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, noAccountId } from '../../../platform/kernel/ids.ts'
import { invalidFields, unavailable } from '../../../platform/kernel/problems.ts'
import { clientKeyOf, type RequestContext } from '../../../platform/kernel/request-context.ts'
import type { CodeContact } from '../../authenticators/codes/model.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { PasswordsService } from '../../authenticators/passwords/service.ts'
import { defaultRole } from '../../authorization/roles/model.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { Recipient } from '../../messages/model.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { IdempotencyService, Once } from '../../safeguards/idempotency/service.ts'
import { mailRecipient, smsRecipient } from '../../users/accounts/identifiers/recipients.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import {
  type AddressOwners,
  emailTaken,
  type NewAccount,
  phoneNumberTaken,
} from '../../users/accounts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import { bindingOf, messageFacts, nobodysBinding } from '../verification/model.ts'
import type { RegistrationInput } from './model.ts'
import {
  pendingHours,
  type RegistrationSource,
  retryOf,
  withdrawnUsernameHeldMs,
  wordsAboutNew,
} from './model.ts'
import { readRegistration } from './rules.ts'

export interface StrictRegistrationOptions {
  readonly db: Database
  readonly audit: AuditService
  readonly idempotency: IdempotencyService
  readonly outbox: OutboxService
  readonly accounts: Pick<AccountsService, 'create' | 'deletePending' | 'withdraw'>
  readonly codes: Pick<CodesService, 'issue' | 'cancelAll'>
  readonly identifiers: Pick<IdentifiersService, 'readNewAccount' | 'assertAvailable' | 'findOwners'>
  readonly roles: RolesService
  readonly passwords: PasswordsService
  readonly needsContact: boolean
  /** The language in which messages to a new account are written; null for the default. */
  readonly localeFor: (languages: readonly string[]) => string | null
}

/**
 * A registration replaces the account that waits for its confirmation, so each of many at once may take the address
 * before another one. A lost race costs a transaction, and no hash.
 */
const racesMax = 50

/** What causes the messages. */
interface Cause {
  /** The account that owns the addresses from now on; null if it was removed again. */
  readonly created: AccountId | null
  /** The language of the person who registers; null for the default. */
  readonly locale: string | null
  readonly context: RequestContext
}

const directly: Once = async (_transaction, work) => void (await work())

/**
 * Registers people so that neither the answer nor its time reveals whether an email or phone number has an account (I4,
 * A06). The work is the same in both cases: the server hashes a password, writes an account, and writes a message to
 * each address.
 *
 * - A new account waits until its owner confirms an address. So no one can find out by a sign-in whether the address was
 *   free.
 * - If an address is taken, the account is removed again in the same transaction, and the message goes to the owner of
 *   the address.
 * - The username stays taken in both cases, so that its availability reveals nothing. A username is public: the answer
 *   says that it is taken, whatever else the request contains.
 */
export class StrictRegistration {
  readonly #options: StrictRegistrationOptions

  constructor(options: StrictRegistrationOptions) {
    this.#options = options
  }

  /** @throws `validation_failed`, `password_too_weak`, `username_taken`, `overloaded` */
  async register(input: RegistrationInput, source: RegistrationSource): Promise<void> {
    const { idempotency } = this.#options
    const { context, idempotencyKey: key } = source
    const perform = (once: Once) => this.#perform(input, source, once)
    if (key === null) await perform(directly)
    else await idempotency.answer(retryOf(input, key, { context, holdsSecret: false }), perform)
  }

  async #perform(input: RegistrationInput, source: RegistrationSource, once: Once): Promise<void> {
    const store = await this.#prepare(input, source)
    const work = (transaction: Transaction) =>
      once(transaction, async () => {
        // The stored answer is the same whether or not an account was created, so it names no account.
        await store(transaction)
        return { answer: 'pending', accountId: null }
      })
    for (let race = 0; race < racesMax; race++) {
      try {
        return await inTransaction(this.#options.db, work)
      } catch (error) {
        if (!isLostRace(error)) throw error
      }
    }
    throw new Failure(unavailable, { retryAfterSeconds: 1 })
  }

  /** Does everything that is slow or can fail before anything is stored. */
  async #prepare(input: RegistrationInput, { context, languages = [] }: RegistrationSource) {
    const { identifiers, localeFor, passwords } = this.#options
    const locale = localeFor(languages)
    const { password } = input
    const newAccount = await readRegistration(this.#options, input, {})
    if (password === undefined) throw passwordNeeded()
    const hash = await passwords.hash({
      password,
      context: wordsAboutNew(newAccount),
      clientKey: clientKeyOf(context),
      onAdmitted: () => identifiers.assertAvailable({ ...newAccount, email: null, phoneNumber: null }),
    })
    return (transaction: Transaction) => this.#store(transaction, newAccount, { hash, locale, context })
  }

  async #store(
    transaction: Transaction,
    newAccount: NewAccount,
    { hash, locale, context }: Omit<Cause, 'created'> & { readonly hash: string },
  ): Promise<void> {
    const { accounts, audit, identifiers, roles, passwords } = this.#options
    const found = await identifiers.findOwners(transaction, newAccount)
    // Before a waiting account is removed, which may have the same username: no one may learn that from a refusal.
    await identifiers.assertAvailable({ ...newAccount, email: null, phoneNumber: null }, transaction)
    await this.#replacePending(transaction, found)
    const owners = { email: ifConfirmed(found.email), phoneNumber: ifConfirmed(found.phoneNumber) }
    // A username is no contact, so nothing could confirm it.
    const pendingMs =
      newAccount.email === null && newAccount.phoneNumber === null ? null : pendingHours * hourMs
    const free = withoutTaken(newAccount, owners)
    // A look-up of what is held is already done: one for the free contacts alone would reveal them (I4).
    const { id } = await accounts.create(transaction, free, { pendingMs, locale, isUnheld: true })
    await roles.grant(transaction, id, defaultRole)
    await passwords.store(transaction, id, hash)
    const owner = owners.email ?? owners.phoneNumber
    await accounts.withdraw(transaction, owner === null ? noAccountId : id, withdrawnUsernameHeldMs)
    const subject = { accountId: owner?.id ?? id, method: 'password' }
    if (owner === null) await audit.success(transaction, 'registration', subject, context)
    else await audit.failure(transaction, 'registration', { ...subject, reason: 'address_taken' }, context)
    const created = owner === null ? id : null
    await this.#notify(transaction, newAccount, { owners, created, locale, context })
  }

  /**
   * An account that no one has confirmed does not keep its address: otherwise an attacker could occupy the addresses of
   * others, or wait until they confirm an account with the attacker's password (A08). The work is the same if there is
   * none. If the owner confirms it at the same time, it stays, and the address is taken: the race is lost.
   */
  async #replacePending(transaction: Transaction, { email, phoneNumber }: AddressOwners): Promise<void> {
    const { accounts, codes } = this.#options
    for (const owner of [email, phoneNumber]) {
      const id = owner?.status === 'pending' ? owner.id : noAccountId
      await codes.cancelAll(transaction, id)
      await accounts.deletePending(transaction, id)
    }
  }

  /** Each message is about its own address only: the two addresses may belong to different people. */
  async #notify(
    transaction: Transaction,
    { email, phoneNumber }: NewAccount,
    { owners, ...cause }: Cause & { readonly owners: AddressOwners },
  ): Promise<void> {
    if (email !== null) {
      const owner = owners.email
      const given = owner?.email ?? email.given
      const recipient = mailRecipient({ ...email, given }, owner?.emailVerifiedAt ?? null)
      const contact = { kind: 'email', canonical: email.canonical } as const
      await this.#put(transaction, recipient, { ...cause, owner, contact })
    }
    if (phoneNumber !== null) {
      const owner = owners.phoneNumber
      const recipient = smsRecipient(phoneNumber.canonical, owner?.phoneNumberVerifiedAt ?? null)
      const contact = { kind: 'phone_number', canonical: phoneNumber.canonical } as const
      await this.#put(transaction, recipient, { ...cause, owner, contact })
    }
  }

  /**
   * Both templates share one limit: the number of messages to an address must not reveal whether it was taken before. A
   * code is made in both cases, because its work must not reveal that either (I4).
   */
  async #put(
    transaction: Transaction,
    recipient: Recipient,
    {
      owner,
      created,
      locale,
      contact,
      context,
    }: Cause & { readonly owner: Account | null; contact: CodeContact },
  ): Promise<void> {
    const { codes, outbox } = this.#options
    const accountId = owner === null ? created : null
    const binding = accountId === null ? nobodysBinding() : bindingOf(accountId, contact.kind)
    const message = {
      about: 'registration',
      recipient,
      accountId: owner?.id ?? created,
      locale: owner === null ? locale : owner.locale,
      context,
      carriesCode: true,
    }
    await codes.issue(transaction, { ...binding, accountId, contact }, async (issued) => {
      if (owner !== null)
        return await outbox.put(transaction, { ...message, template: 'registration_taken', facts: {} })
      const facts = { ...issued, ...messageFacts }
      return await outbox.put(transaction, { ...message, template: 'registration_received', facts })
    })
  }
}

function ifConfirmed(owner: Account | null): Account | null {
  return owner?.status === 'pending' ? null : owner
}

function withoutTaken(account: NewAccount, owners: AddressOwners): NewAccount {
  return {
    ...account,
    email: owners.email === null ? account.email : null,
    phoneNumber: owners.phoneNumber === null ? account.phoneNumber : null,
  }
}

// Another request has taken the address since it was looked up.
function isLostRace(error: unknown): boolean {
  return error instanceof Failure && [emailTaken, phoneNumberTaken].includes(error.problem)
}

function passwordNeeded(): Failure {
  const detail =
    'Give a password. This server cannot show a generated secret, because it always gives the same answer.'
  return invalidFields({ pointer: '/password', code: 'password_needed', detail })
}
