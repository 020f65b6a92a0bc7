import type { Database } from '../../platform/database/tables.ts'
import { inTransaction } from '../../platform/database/transactions.ts'
import { Failure } from '../../platform/kernel/failures.ts'
import { forbidden, invalidFields } from '../../platform/kernel/problems.ts'
import type { NewAccount } from '../accounts/model.ts'
import type { AccountsService, IdentifiersInput, NewAccountInput } from '../accounts/service.ts'
import type { PasswordsService } from '../passwords/service.ts'
import { defaultRole } from '../roles/model.ts'
import type { RolesService } from '../roles/service.ts'
import type { UserSecretsService } from '../user-secrets/service.ts'
import { type Availability, type IdentifierName, type Registered, registrationClosed } from './model.ts'

export interface RegistrationInput extends NewAccountInput {
  readonly password?: string
}

export interface RegistrationOptions {
  readonly db: Database
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
  async register(input: RegistrationInput, caller: string | null): Promise<Registered> {
    if (!this.#options.isOpen) throw new Failure(registrationClosed)
    return await this.create(input, caller)
  }

  /**
   * For administrators as well, whether or not registration is open.
   * @throws `validation_failed`, `password_too_weak`, `username_taken`, `email_taken`, `phone_number_taken`, `overloaded`
   */
  async create({ password, ...input }: RegistrationInput, caller: string | null): Promise<Registered> {
    const { db, accounts, roles, passwords, userSecrets } = this.#options
    const newAccount = accounts.read(input)
    const hash = password === undefined ? null : await this.#hash(password, newAccount, caller)
    return await inTransaction(db, async (transaction) => {
      const account = await accounts.create(transaction, newAccount)
      await roles.grant(transaction, account.id, defaultRole)
      if (hash !== null) await passwords.store(transaction, account.id, hash)
      const userSecret = hash === null ? await userSecrets.create(transaction, account.id) : null
      return { account, roles: [defaultRole], userSecret }
    })
  }

  // Of many who want the same name at once the first takes it, and no password of the others is hashed in vain.
  #hash(password: string, newAccount: NewAccount, caller: string | null): Promise<string> {
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
