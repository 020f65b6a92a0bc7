import { randomInt } from 'node:crypto'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { LinkedAccountsService } from '../../authenticators/linked-accounts/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import { verificationOf } from '../../users/accounts/contacts/model.ts'
import type { ContactsService } from '../../users/accounts/contacts/service.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import { emailTaken, type Identifiers, type NewAccountInput } from '../../users/accounts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { RegistrationService } from '../registration/service.ts'
import { FederationRefusal, targetOf, type UpstreamIdentity } from './model.ts'

export interface NewAccountsOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'delete' | 'get'>
  readonly audit: Pick<AuditService, 'success'>
  readonly codes: Pick<CodesService, 'cancelAll'>
  readonly contacts: Pick<ContactsService, 'list' | 'markVerified'>
  readonly identifiers: Pick<IdentifiersService, 'findOwners' | 'readNewAccount'>
  readonly linkedAccounts: Pick<LinkedAccountsService, 'add'>
  readonly registration: Pick<RegistrationService, 'assertOpen' | 'create'>
  /** True if PROXIMA_PRIVACY is strict. */
  readonly isStrict: boolean
  /** True if a new account must have a contact to confirm. */
  readonly needsContact: boolean
}

/** How a new account reaches the server. */
export interface NewAccountSource {
  readonly context: RequestContext
  /** The languages that the browser of the person prefers, the best first. */
  readonly languages: readonly string[]
}

/** Creates the accounts of people whom only a provider knows. */
export class NewAccounts {
  readonly #options: NewAccountsOptions

  constructor(options: NewAccountsOptions) {
    this.#options = options
  }

  /** True if people can register. */
  get isOpen(): boolean {
    try {
      this.#options.registration.assertOpen()
      return true
    } catch {
      return false
    }
  }

  /**
   * The account that has the address, which the provider has verified; null if there is none. An account that waits for its
   * confirmation is removed: no one has proved the address to it, and someone else has now (A08).
   */
  async ownerOf({ email, isEmailVerified }: UpstreamIdentity): Promise<Account | null> {
    const { accounts, codes, db, identifiers } = this.#options
    const read = isEmailVerified && email !== null ? this.#read({ email }) : null
    if (read === null) return null
    return await inTransaction(db, async (transaction) => {
      const { email: owner } = await identifiers.findOwners(transaction, read)
      if (owner?.status !== 'pending') return owner
      await codes.cancelAll(transaction, owner.id)
      await accounts.delete(transaction, owner.id)
      return null
    })
  }

  /**
   * By the way of every registration: with its rules for names, its reserved usernames and its events. What the provider
   * suggests and no account can have is left out.
   * @throws FederationRefusal; `email_taken` if an account has got the verified address in the meantime;
   * `linked_account_taken` if another request was faster
   */
  async create(identity: UpstreamIdentity, source: NewAccountSource): Promise<Account> {
    if (!this.isOpen) throw new FederationRefusal('registration_closed')
    for (const input of this.#inputs(identity)) {
      const account = await this.#try(input, identity, source)
      if (account !== null) return account
    }
    throw new FederationRefusal('contact_needed')
  }

  /** What to try, the best first. */
  *#inputs(identity: UpstreamIdentity): Generator<NewAccountInput> {
    const { isStrict, needsContact } = this.#options
    const { email, fullName, givenName, isEmailVerified, familyName, username } = identity
    const names = fullName === null ? present({ givenName, familyName }) : { fullName }
    // With strict privacy, nothing may depend on whether an address that no one has proved is taken (I4).
    if (email !== null && (isEmailVerified || !isStrict))
      for (const more of [names, {}]) yield { email, ...more }
    if (needsContact) return
    if (username !== null) yield { username, ...names }
    for (const more of [names, {}]) yield { username: madeUsername(), ...more }
  }

  async #try(
    input: NewAccountInput,
    identity: UpstreamIdentity,
    { context, languages }: NewAccountSource,
  ): Promise<Account | null> {
    const { accounts, db, registration } = this.#options
    try {
      const { account } = await registration.create(
        input,
        { context, idempotencyKey: null, languages, isFederated: true },
        (transaction, accountId) => this.#complete(transaction, accountId, identity, context),
      )
      return await accounts.get(db, account.id)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      // Its owner must prove that account first.
      if (error.problem === emailTaken && identity.isEmailVerified) throw error
      const isAboutFields = error.problem.kind === 'invalid' || error.problem.code.endsWith('_taken')
      if (!isAboutFields || error.problem.code === 'linked_account_taken') throw error
      return null
    }
  }

  /** In the transaction that creates the account. */
  async #complete(
    transaction: Transaction,
    accountId: AccountId,
    identity: UpstreamIdentity,
    context: RequestContext,
  ): Promise<void> {
    const { linkedAccounts } = this.#options
    const { email, issuer, provider, subject } = identity
    await linkedAccounts.add(transaction, { accountId, provider, issuer, subject, email })
    await this.markVerified(transaction, accountId, identity, context)
  }

  /** Marks the address of the account, if it is the one that the provider has verified. */
  async markVerified(
    transaction: Transaction,
    accountId: AccountId,
    { email, isEmailVerified, provider }: UpstreamIdentity,
    context: RequestContext,
  ): Promise<void> {
    const { audit, contacts } = this.#options
    const proved = isEmailVerified && email !== null ? this.#read({ email })?.email : null
    if (!proved) return
    const [own] = (await contacts.list(transaction, accountId)).filter(({ kind }) => kind === 'email')
    if (own === undefined || own.canonical !== proved.canonical || own.verifiedAt !== null) return
    await contacts.markVerified(transaction, accountId, own)
    const subject = { accountId, method: own.kind, target: targetOf(provider) }
    await audit.success(
      transaction,
      'verification',
      { ...subject, changes: verificationOf(own.kind) },
      context,
    )
  }

  /** Null if no account can have the address. */
  #read(input: { readonly email: string }): Identifiers | null {
    try {
      return this.#options.identifiers.readNewAccount(input)
    } catch (error) {
      if (error instanceof Failure) return null
      throw error
    }
  }
}

function present(names: Readonly<Record<string, string | null>>): NewAccountInput {
  return Object.fromEntries(Object.entries(names).filter(([, name]) => name !== null))
}

/** For someone of whom nothing is known. They can change it. */
function madeUsername(): string {
  return `user-${String(randomInt(10 ** 9)).padStart(9, '0')}`
}
