import type { Database, Transaction } from '../../platform/database/tables.ts'
import { inTransaction } from '../../platform/database/transactions.ts'
import { clientKey } from '../../platform/kernel/addresses.ts'
import { Failure } from '../../platform/kernel/failures.ts'
import type { AccountId } from '../../platform/kernel/ids.ts'
import { forbidden, invalidFields } from '../../platform/kernel/problems.ts'
import type { NewAccount } from '../accounts/model.ts'
import type { AccountsService, IdentifiersInput, NewAccountInput } from '../accounts/service.ts'
import type { AuditService } from '../audit/service.ts'
import type { IdempotencyService } from '../idempotency/service.ts'
import type { PasswordsService } from '../passwords/service.ts'
import { defaultRole } from '../roles/model.ts'
import type { RolesService } from '../roles/service.ts'
import type { UserSecretsService } from '../user-secrets/service.ts'
import { type Availability, fromReceipt, type IdentifierName, type Registered, toReceipt } from './model.ts'

export interface RegistrationInput extends NewAccountInput {
  readonly password?: string
}

/** Where a registration comes from. */
export interface Origin {
  readonly ipAddress: string
  readonly idempotencyKey: string | null
}

export interface RegistrationOptions {
  readonly db: Database
  readonly audit: AuditService
  readonly idempotency: IdempotencyService
  readonly accounts: AccountsService
  readonly roles: RolesService
  readonly passwords: PasswordsService
  readonly userSecrets: UserSecretsService
  readonly isOpen: boolean
  /** Which identifiers the availability check answers for. */
  readonly availability: readonly IdentifierName[]
}

export class RegistrationService {
  readonly #options: RegistrationOptions

  constructor(options: RegistrationOptions) {
    this.#options = options
  }

  /**
   * For people who come by themselves.
   * @throws `forbidden`, and as `create`
   */
  async register(input: RegistrationInput, origin: Origin): Promise<Registered> {
    if (!this.#options.isOpen) throw registrationClosed()
    return await this.create(input, origin)
  }

  /**
   * For administrators as well, whether or not registration is open. With a key it is done once, however often it
   * is asked for.
   * @throws `validation_failed`, `password_too_weak`, `username_taken`, `email_taken`, `phone_number_taken`, `overloaded`
   */
  async create(input: RegistrationInput, origin: Origin): Promise<Registered> {
    const { db, idempotency } = this.#options
    const { ipAddress, idempotencyKey: key } = origin
    if (key === null) {
      const store = await this.#prepare(input, origin)
      return await inTransaction(db, store)
    }
    const retry = { key, client: clientKey(ipAddress), request: input }
    const answer = await idempotency.answer(retry, async (once) => {
      const store = await this.#prepare(input, origin)
      await inTransaction(db, (transaction) =>
        once(transaction, async () => toReceipt(await store(transaction))),
      )
    })
    return fromReceipt(answer)
  }

  /** Everything that is slow, or may fail, before anything is stored. */
  async #prepare({ password, ...input }: RegistrationInput, { ipAddress }: Origin) {
    const { accounts, audit, roles, passwords, userSecrets } = this.#options
    const newAccount = accounts.read(input)
    const hash = password === undefined ? null : await this.#hash(password, newAccount, clientKey(ipAddress))
    return async (transaction: Transaction): Promise<Registered> => {
      const account = await accounts.create(transaction, newAccount)
      await roles.grant(transaction, account.id, defaultRole)
      if (hash !== null) await passwords.store(transaction, account.id, hash)
      const userSecret = hash === null ? await userSecrets.create(transaction, account.id) : null
      const method = hash === null ? 'user_secret' : 'password'
      await audit.record(transaction, { ...registrationOf(account.id), method, ipAddress })
      return { account, roles: [defaultRole], userSecret }
    }
  }

  // Of many who want the same name at once the first takes it, and no password of the others is hashed in vain.
  #hash(password: string, newAccount: NewAccount, caller: string): Promise<string> {
    const { accounts, passwords } = this.#options
    const onTurn = () => accounts.assertFree(newAccount)
    return passwords.hash({ password, context: contextOf(newAccount), caller, onTurn })
  }

  /** @throws `forbidden` where the configuration keeps silent, `validation_failed` unless one identifier is given */
  async availability(input: IdentifiersInput): Promise<Availability> {
    const { accounts, availability } = this.#options
    const [name, ...more] = (['username', 'email', 'phoneNumber'] as const).filter(
      (each) => input[each] !== undefined,
    )
    if (name === undefined || more.length > 0) throw oneIdentifierNeeded()
    if (!availability.includes(name)) {
      throw new Failure(forbidden, {
        detail: 'This server does not tell whether such an identifier is taken.',
      })
    }
    const reason = await accounts.reasonAgainst(input)
    return { available: reason === null, reason }
  }
}

function registrationOf(accountId: AccountId) {
  return { action: 'registration', outcome: 'success', accountId, sessionId: null } as const
}

function registrationClosed(): Failure {
  return new Failure(forbidden, {
    detail: 'This server does not let people register by themselves. Ask its administrator for an account.',
  })
}

function oneIdentifierNeeded(): Failure {
  const detail = 'Ask for one of username, email and phone_number.'
  return invalidFields({ pointer: '', code: 'one_identifier_needed', detail })
}

// What a guesser who knows the person would try first (ASVS 6.2.11).
function contextOf(account: NewAccount): string[] {
  const { username, email, phoneNumber, fullName, givenName, familyName } = account
  const known = [username?.given, email?.given, phoneNumber?.canonical, fullName, givenName, familyName]
  return known.filter((word) => typeof word === 'string')
}
