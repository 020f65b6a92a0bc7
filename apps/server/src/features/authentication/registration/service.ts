import type { HashHints } from '../../../platform/crypto/hash-formats/foreign-hash.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { forbidden } from '../../../platform/kernel/problems.ts'
import { clientKeyOf } from '../../../platform/kernel/request-context.ts'
import type { NewCredential } from '../../authenticators/passkeys/model.ts'
import type { PasskeysService } from '../../authenticators/passkeys/service.ts'
import type { PasswordsService } from '../../authenticators/passwords/service.ts'
import type { RecoveryCodesService } from '../../authenticators/recovery-codes/service.ts'
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
  readonly passkeys: Pick<PasskeysService, 'add'>
  readonly recoveryCodes: Pick<RecoveryCodesService, 'replace'>
  readonly userSecrets: UserSecretsService
  readonly verification: Pick<VerificationService, 'requestForNew'>
  readonly isOpen: boolean
  /** The language in which messages to a new account are written; null for the default. */
  readonly localeFor: (languages: readonly string[]) => string | null
  /** Null unless PROXIMA_PRIVACY is strict. */
  readonly strict: StrictRegistration | null
}

/** What a new account signs in with; both null if it gets a secret, or nothing yet. */
interface NewCredentials {
  readonly hash: string | null
  readonly credential: NewCredential | null
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
    const { strict } = this.#options
    this.assertOpen()
    if (strict === null) return await this.create(input, source)
    await strict.register(input, source)
    return null
  }

  /** @throws `forbidden` */
  assertOpen(): void {
    if (!this.#options.isOpen) throw registrationClosed()
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
   * `overloaded`, `passkey_refused`, `passkey_taken`
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
    return await inTransaction(db, this.#storing(newAccount, { hash, credential: null }, source, onCreated))
  }

  /** Does everything that is slow or can fail before anything is stored. */
  async #prepare(input: RegistrationInput, source: RegistrationSource, onCreated: OnCreated) {
    const newAccount = await readRegistration(this.#options, input, source)
    const { password } = input
    const hash = password === undefined ? null : await this.#hash(password, newAccount, source)
    const credential = (await source.passkey?.verify()) ?? null
    const store = this.#storing(newAccount, { hash, credential }, source, onCreated)
    if (source.byAdministrator === true) return store
    return async (transaction: Transaction): Promise<Registered> => {
      const registered = await store(transaction)
      await this.#options.verification.requestForNew(transaction, registered.account, source.context)
      return registered
    }
  }

  #storing(
    newAccount: NewAccount,
    credentials: NewCredentials,
    source: RegistrationSource,
    onCreated: OnCreated,
  ) {
    const { accounts, audit, localeFor, roles } = this.#options
    const { context, languages = [], passkey } = source
    const options = { locale: localeFor(languages), ...(passkey && { id: passkey.accountId }) }
    return async (transaction: Transaction): Promise<Registered> => {
      const account = await accounts.create(transaction, newAccount, options)
      await roles.grant(transaction, account.id, defaultRole)
      const shown = await this.#storeCredentials(transaction, account.id, credentials, source)
      const registered = { account, roles: [defaultRole], ...shown }
      const subject = subjectIn(source, registered)
      await audit.success(transaction, 'registration', subject, context)
      await onCreated(transaction, account.id)
      return registered
    }
  }

  /** @returns what is shown only once */
  async #storeCredentials(
    transaction: Transaction,
    id: AccountId,
    { credential, hash }: NewCredentials,
    { isFederated = false, isInvited = false, secretForm }: RegistrationSource,
  ): Promise<Pick<Registered, 'recoveryCodes' | 'userSecret'>> {
    const { passkeys, passwords, recoveryCodes, userSecrets } = this.#options
    if (credential !== null) {
      await passkeys.add(transaction, id, credential, null)
      return { userSecret: null, recoveryCodes: await recoveryCodes.replace(transaction, id) }
    }
    if (hash !== null) await passwords.store(transaction, id, hash)
    if (hash !== null || isInvited || isFederated) return { userSecret: null }
    if (secretForm === 'keyed')
      return { userSecret: (await userSecrets.createKeyed(transaction, id)).userSecret }
    return { userSecret: await userSecrets.create(transaction, id) }
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

function subjectIn({ isFederated, isInvited }: RegistrationSource, registered: Registered): AuditSubject {
  const { id: accountId } = registered.account
  if (isInvited === true) return { accountId }
  return isFederated === true ? { accountId, method: 'federated' } : subjectOf(registered)
}

function subjectOf({ account, recoveryCodes, userSecret }: Registered): AuditSubject {
  const withoutSecret = recoveryCodes === undefined ? 'password' : 'passkey'
  return { accountId: account.id, method: userSecret === null ? withoutSecret : 'user_secret' }
}

function registrationClosed(): Failure {
  return new Failure(forbidden, {
    detail: 'Registration is closed on this server. Ask its administrator for an account.',
  })
}
