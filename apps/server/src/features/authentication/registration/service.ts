import type { HashHints } from '../../../platform/crypto/hash-formats/foreign-hash.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { forbidden } from '../../../platform/kernel/problems.ts'
import { clientKeyOf } from '../../../platform/kernel/request-context.ts'
import type { PasswordsService } from '../../authenticators/passwords/service.ts'
import type { UserSecretsService } from '../../authenticators/user-secrets/service.ts'
import { defaultRole } from '../../authorization/roles/model.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { AuditSubject } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { IdempotencyService } from '../../safeguards/idempotency/service.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import type { NewAccount, NewAccountInput } from '../../users/accounts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { VerificationService } from '../verification/service.ts'
import {
  fromStoredAnswer,
  type Registered,
  type RegistrationInput,
  type RegistrationSource,
  retryOf,
  toStoredAnswer,
  wordsAboutNew,
} from './model.ts'
import { readRegistration } from './rules.ts'
import type { StrictRegistration } from './strict.ts'

export interface RegistrationOptions {
  readonly db: Database
  readonly audit: AuditService
  readonly idempotency: IdempotencyService
  readonly accounts: Pick<AccountsService, 'create'>
  readonly identifiers: Pick<IdentifiersService, 'readNewAccount' | 'assertAvailable'>
  readonly roles: RolesService
  readonly passwords: PasswordsService
  readonly needsContact: boolean
  readonly userSecrets: UserSecretsService
  readonly verification: Pick<VerificationService, 'requestForNew'>
  readonly isOpen: boolean
  /** The language in which messages to a new account are written; null for the default. */
  readonly localeFor: (languages: readonly string[]) => string | null
  /** Null unless PROXIMA_PRIVACY is strict. */
  readonly strict: StrictRegistration | null
}

/** Done in the transaction that creates the account: neither happens without the other. */
export type OnCreated = (transaction: Transaction, accountId: AccountId) => Promise<void>

const nothing: OnCreated = async () => undefined

export class RegistrationService {
  readonly #options: RegistrationOptions

  constructor(options: RegistrationOptions) {
    this.#options = options
  }

  /**
   * Registers a person who signs up.
   * @returns null if privacy is strict, because only a message to the address may say what happened
   * @throws `forbidden`, and the errors of `create`
   */
  async register(input: RegistrationInput, source: RegistrationSource): Promise<Registered | null> {
    const { isOpen, strict } = this.#options
    if (!isOpen) throw registrationClosed()
    if (strict === null) return await this.create(input, source)
    await strict.register(input, source)
    return null
  }

  /** Checks the fields and the password. @throws `validation_failed`, `password_too_weak` */
  async checkRules(input: RegistrationInput, byAdministrator = false): Promise<void> {
    const newAccount = await readRegistration(this.#options, input, { byAdministrator })
    const { password } = input
    if (password === undefined) return
    await this.#options.passwords.assertAcceptable({ password, context: wordsAboutNew(newAccount) })
  }

  /**
   * Creates an account, whether or not registration is open. With an idempotency key it is created once, however often
   * the request is sent.
   * @throws `validation_failed`, `password_too_weak`, `username_taken`, `email_taken`, `phone_number_taken`,
   * `overloaded`
   */
  async create(
    input: RegistrationInput,
    source: RegistrationSource,
    onCreated: OnCreated = nothing,
  ): Promise<Registered> {
    const { audit, db, idempotency } = this.#options
    const { context, idempotencyKey: key } = source
    if (key === null) {
      const store = await this.#prepare(input, source, onCreated)
      return await inTransaction(db, store)
    }
    const { callerId, isInvited = false, request = input } = source
    const retry = retryOf(request, key, {
      context,
      holdsSecret: input.password === undefined && !isInvited,
      ...(callerId && { callerId }),
    })
    let isDone = false
    const answer = await idempotency.answer(retry, async (once) => {
      const store = await this.#prepare(input, source, onCreated)
      await inTransaction(db, (transaction) =>
        once(transaction, async () => {
          const registered = await store(transaction)
          return { answer: toStoredAnswer(registered), accountId: registered.account.id }
        }),
      )
      isDone = true
    })
    const registered = fromStoredAnswer(answer)
    // The answer may contain the user secret, so the audit trail must show who got it again.
    if (!isDone) await audit.repeated(db, 'registration', subjectOf(registered), context)
    return registered
  }

  /**
   * Creates an account with the password hash of another system. For the command line only: never from a request.
   * @throws `validation_failed`, `username_taken`, `email_taken`, `phone_number_taken`
   */
  async import(
    input: NewAccountInput,
    { passwordHash, hints }: { passwordHash: string; hints: HashHints },
    source: RegistrationSource,
    onCreated: OnCreated = nothing,
  ): Promise<Registered> {
    const { db, identifiers, passwords } = this.#options
    const newAccount = identifiers.readNewAccount(input, source.byAdministrator)
    const hash = await passwords.importHash(passwordHash, hints)
    return await inTransaction(db, this.#storing(newAccount, hash, source, onCreated))
  }

  /** Does everything that is slow or can fail before anything is stored. */
  async #prepare(input: RegistrationInput, source: RegistrationSource, onCreated: OnCreated) {
    const newAccount = await readRegistration(this.#options, input, source)
    const { password } = input
    const hash = password === undefined ? null : await this.#hash(password, newAccount, source)
    const store = this.#storing(newAccount, hash, source, onCreated)
    if (source.byAdministrator === true) return store
    return async (transaction: Transaction): Promise<Registered> => {
      const registered = await store(transaction)
      await this.#options.verification.requestForNew(transaction, registered.account, source.context)
      return registered
    }
  }

  #storing(
    newAccount: NewAccount,
    hash: string | null,
    { context, isInvited = false, languages = [], secretForm }: RegistrationSource,
    onCreated: OnCreated,
  ) {
    const { accounts, audit, localeFor, roles, passwords, userSecrets } = this.#options
    return async (transaction: Transaction): Promise<Registered> => {
      const account = await accounts.create(transaction, newAccount, { locale: localeFor(languages) })
      await roles.grant(transaction, account.id, defaultRole)
      if (hash !== null) await passwords.store(transaction, account.id, hash)
      const needsSecret = hash === null && !isInvited
      const newSecret = async () =>
        secretForm === 'keyed'
          ? (await userSecrets.createKeyed(transaction, account.id)).userSecret
          : await userSecrets.create(transaction, account.id)
      const userSecret = needsSecret ? await newSecret() : null
      const registered = { account, roles: [defaultRole], userSecret }
      const subject = isInvited ? { accountId: account.id } : subjectOf(registered)
      await audit.success(transaction, 'registration', subject, context)
      await onCreated(transaction, account.id)
      return registered
    }
  }

  // Of many simultaneous requests for one name, the first takes it. The others fail before they hash a password.
  #hash(
    password: string,
    newAccount: NewAccount,
    { context, passwordPolicy: policy }: RegistrationSource,
  ): Promise<string> {
    const { identifiers, passwords } = this.#options
    const onAdmitted = () => identifiers.assertAvailable(newAccount)
    const clientKey = clientKeyOf(context)
    return passwords.hash({ password, context: wordsAboutNew(newAccount), clientKey, onAdmitted, policy })
  }
}

function subjectOf({ account, userSecret }: Registered): AuditSubject {
  return { accountId: account.id, method: userSecret === null ? 'password' : 'user_secret' }
}

function registrationClosed(): Failure {
  return new Failure(forbidden, {
    detail: 'Registration is closed on this server. Ask its administrator for an account.',
  })
}
