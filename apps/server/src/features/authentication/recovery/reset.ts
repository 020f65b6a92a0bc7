import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import { clientKeyOf, type RequestContext } from '../../../platform/kernel/request-context.ts'
import type { ApiKeysService } from '../../authenticators/api-keys/service.ts'
import type { CodeProof, CodesService } from '../../authenticators/codes/service.ts'
import type { RecoveryMarks } from '../../authenticators/contact-codes/recovered-by/service.ts'
import type { LinkedAccountsService } from '../../authenticators/linked-accounts/service.ts'
import type { PasskeysService } from '../../authenticators/passkeys/service.ts'
import type { PasswordPolicy } from '../../authenticators/passwords/model.ts'
import type { PasswordsService } from '../../authenticators/passwords/service.ts'
import type { UserSecretsService } from '../../authenticators/user-secrets/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { Contact } from '../../users/accounts/contacts/model.ts'
import type { ContactsService } from '../../users/accounts/contacts/service.ts'
import { wordsAbout } from '../../users/accounts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import { grantFailure, mustWait, type RecoveryGrant } from './model.ts'
import type { RecoveryTargets } from './targets.ts'

export interface RecoveryResetOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get'>
  readonly apiKeys: Pick<ApiKeysService, 'revokeAll'>
  readonly audit: Pick<AuditService, 'success'>
  readonly codes: Pick<CodesService, 'checkLink' | 'cancelAll'>
  readonly contacts: Pick<ContactsService, 'markVerified' | 'removeUnverified'>
  readonly linkedAccounts: Pick<LinkedAccountsService, 'removeAll'>
  readonly outbox: Pick<OutboxService, 'notifyEveryContact'>
  readonly passwords: Pick<PasswordsService, 'assertCapacity' | 'change' | 'has' | 'hash'>
  readonly passkeys: Pick<PasskeysService, 'restrictAll'>
  readonly recoveryMarks: Pick<RecoveryMarks, 'set'>
  readonly sessions: Pick<SessionsService, 'endAll'>
  readonly userSecrets: Pick<UserSecretsService, 'remove' | 'renew'>
  readonly targets: RecoveryTargets
  /** Deletes the counts of wrong passwords, so that they do not make the owner wait. */
  readonly forgetGuesses: (transaction: Transaction, accountId: AccountId) => Promise<void>
}

export interface Reset {
  readonly grant: RecoveryGrant
  /** Absent if an account that has only a user secret wants a new one. */
  readonly newPassword?: string
  /** Absent for the usual one. */
  readonly passwordPolicy?: PasswordPolicy | undefined
}

/** Gives an account a new password, and ends everything that others may have prepared. */
export class RecoveryReset {
  readonly #options: RecoveryResetOptions

  constructor(options: RecoveryResetOptions) {
    this.#options = options
  }

  /**
   * Looks at a grant without using it up, so that a program that opens links does no harm (A90).
   * @returns whether the account has a password
   * @throws `code_invalid`, `code_expired`
   */
  async hasPassword(grant: RecoveryGrant): Promise<boolean> {
    const { db, passwords } = this.#options
    return await passwords.has(db, (await this.#proofOf(grant)).accountId)
  }

  /**
   * Does not sign in: a second factor is still asked for at the next sign-in (A95). A password that breaks the rules does
   * not use up the token.
   * @returns the new user secret, if no password was given
   * @throws `code_invalid`, `code_expired`, `validation_failed`, `password_too_weak`, `overloaded`
   */
  async reset(
    { grant, newPassword, passwordPolicy }: Reset,
    context: RequestContext,
  ): Promise<string | null> {
    const { accounts, db, passwords } = this.#options
    passwords.assertCapacity(context)
    const proof = await this.#proofOf(grant)
    const account = await accounts.get(db, proof.accountId)
    await this.#assertPasswordGiven(db, account, newPassword)
    const hash =
      newPassword === undefined ? null : await this.#hash({ newPassword, passwordPolicy }, account, context)
    return await inTransaction(db, (transaction) =>
      this.#apply(transaction, { proof, purpose: grant.purpose, hash, context }),
    )
  }

  async #proofOf({ purpose, token }: RecoveryGrant): Promise<CodeProof> {
    const { codes, db } = this.#options
    const proof = await codes.checkLink(db, purpose, token)
    if (!proof.isRight) throw grantFailure({ purpose }, proof)
    return proof
  }

  async #apply(
    transaction: Transaction,
    recovery: {
      readonly proof: CodeProof
      readonly purpose: RecoveryGrant['purpose']
      readonly hash: string | null
      readonly context: RequestContext
    },
  ): Promise<string | null> {
    const { accounts, apiKeys, audit, codes, linkedAccounts, outbox, passkeys, sessions } = this.#options
    const { proof, purpose, hash, context } = recovery
    const { accountId } = proof
    const proved = await this.#use(transaction, proof, purpose)
    const secret = await this.#replaceCredentials(transaction, accountId, hash)
    await this.#settleContacts(transaction, accountId, proved)
    await sessions.endAll(transaction, accountId)
    // Someone who was in the account may have made one to stay in it.
    await apiKeys.revokeAll(transaction, accountId)
    await linkedAccounts.removeAll(transaction, accountId)
    await passkeys.restrictAll(transaction, accountId)
    await codes.cancelAll(transaction, accountId)
    await this.#options.recoveryMarks.set(transaction, accountId, proved.kind)
    await this.#options.forgetGuesses(transaction, accountId)
    await audit.success(transaction, 'recovery', { accountId, method: proved.kind }, context)
    const owner = await accounts.get(transaction, accountId)
    await outbox.notifyEveryContact(transaction, owner, 'account_recovered', { context })
    return secret
  }

  async #use(
    transaction: Transaction,
    proof: CodeProof,
    purpose: RecoveryGrant['purpose'],
  ): Promise<Contact> {
    const recovery = await this.#options.targets.use(transaction, proof)
    if (recovery === null) throw grantFailure({ purpose })
    const { usable, proved } = recovery
    // A token has waited, if it had to. A link has not.
    if (purpose === 'recovery' && mustWait(usable, proved)) throw grantFailure({ purpose })
    return proved
  }

  /**
   * The old password and the old user secret no longer work: someone else may know either. The owner may choose
   * the old password again: the code has proved who they are, and a comparison would cost a second hash.
   */
  async #replaceCredentials(
    transaction: Transaction,
    accountId: AccountId,
    hash: string | null,
  ): Promise<string | null> {
    const { accounts, passwords, userSecrets } = this.#options
    if (hash === null) {
      // Another request may have set the first password in the meantime.
      await this.#assertPasswordGiven(transaction, await accounts.get(transaction, accountId), undefined)
      return await userSecrets.renew(transaction, accountId)
    }
    await passwords.change(transaction, accountId, hash)
    await userSecrets.remove(transaction, accountId)
    return null
  }

  /**
   * The owner has just proved this contact. Another one that no one has proved may be of someone who wanted to keep a way
   * into the account, so it is removed (A10).
   */
  async #settleContacts(transaction: Transaction, accountId: AccountId, proved: Contact): Promise<void> {
    const { contacts } = this.#options
    if (proved.verifiedAt === null) await contacts.markVerified(transaction, accountId, proved)
    await contacts.removeUnverified(transaction, accountId)
  }

  /** Unless the account has no password. */
  async #assertPasswordGiven(db: Database, { id }: Account, newPassword: string | undefined): Promise<void> {
    if (newPassword !== undefined || !(await this.#options.passwords.has(db, id))) return
    const detail = 'Choose a new password. Only an account without a password gets a new user secret.'
    throw invalidFields({ pointer: '/new_password', code: 'required', detail })
  }

  #hash(
    { newPassword, passwordPolicy: policy }: { readonly newPassword: string } & Pick<Reset, 'passwordPolicy'>,
    account: Account,
    context: RequestContext,
  ): Promise<string> {
    return this.#options.passwords.hash({
      password: newPassword,
      context: wordsAbout(account),
      pointer: '/new_password',
      policy,
      clientKey: clientKeyOf(context),
      onAdmitted: async () => undefined,
    })
  }
}
