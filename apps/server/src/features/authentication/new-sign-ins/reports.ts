import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { ApiKeysService } from '../../authenticators/api-keys/service.ts'
import { codeFailure, codeInvalid } from '../../authenticators/codes/model.ts'
import type { CodeProof, CodesService } from '../../authenticators/codes/service.ts'
import type { LinkedAccountsService } from '../../authenticators/linked-accounts/service.ts'
import type { PasskeysService } from '../../authenticators/passkeys/service.ts'
import type { PasswordsService } from '../../authenticators/passwords/service.ts'
import type { UserSecretsService } from '../../authenticators/user-secrets/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { Session } from '../../session-management/sessions/model.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { Contact } from '../../users/accounts/contacts/model.ts'
import type { ContactsService } from '../../users/accounts/contacts/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { NewSignIns } from './service.ts'

/** More than an account may have. */
const sessionsMax = 1_000

export interface SignInReportsOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'lockActive'>
  readonly apiKeys: Pick<ApiKeysService, 'revokeAll'>
  readonly audit: Pick<AuditService, 'success'>
  readonly codes: Pick<CodesService, 'cancelAll' | 'checkLink'>
  readonly contacts: Pick<ContactsService, 'list'>
  readonly newSignIns: Pick<NewSignIns, 'forget'>
  readonly linkedAccounts: Pick<LinkedAccountsService, 'removeAll'>
  readonly passkeys: Pick<PasskeysService, 'restrictAll'>
  readonly passwords: Pick<PasswordsService, 'block' | 'has'>
  readonly sessions: Pick<SessionsService, 'endAll' | 'listKept'>
  readonly userSecrets: Pick<UserSecretsService, 'block'>
  readonly recovery: {
    /** Lets the holder of the contact set a new password, within ten minutes. */
    issueToken(transaction: Transaction, accountId: AccountId, contact: Contact): Promise<string>
  }
}

/** An account whose owner must now choose a new password. */
export interface ReportedSignIn {
  readonly recoveryToken: string
  readonly hasPassword: boolean
}

/** For owners who were notified of a sign-in that was not theirs. */
export class SignInReports {
  readonly #options: SignInReportsOptions

  constructor(options: SignInReportsOptions) {
    this.#options = options
  }

  /** Looks at a link without using it up (A90). @throws `code_invalid`, `code_expired` */
  async checkLink(linkToken: string): Promise<CodeProof> {
    const { codes, db } = this.#options
    const result = await codes.checkLink(db, 'sign_in_report', linkToken)
    if (!result.isRight) throw codeFailure(result)
    return result
  }

  /**
   * Someone else has signed in, so they know the password. Nothing that they have, or may have prepared, works any more:
   * neither a session, nor an API key, nor a code, nor a passkey alone, nor the password. All in one transaction, or
   * nothing.
   * @throws `code_invalid`, `code_expired`
   */
  async report(linkToken: string, context: RequestContext): Promise<ReportedSignIn> {
    const { db } = this.#options
    const proof = await this.checkLink(linkToken)
    // Where the thief is now must not count as known.
    const used = await this.#options.sessions.listKept(proof.accountId, { before: null, limit: sessionsMax })
    return await inTransaction(db, (transaction) => this.#apply(transaction, { proof, used }, context))
  }

  async #apply(
    transaction: Transaction,
    { proof: { accountId, use }, used }: { readonly proof: CodeProof; readonly used: readonly Session[] },
    context: RequestContext,
  ): Promise<ReportedSignIn> {
    const { accounts, audit, contacts, newSignIns, passwords, recovery } = this.#options
    if (!(await accounts.lockActive(transaction, accountId))) throw new Failure(codeInvalid)
    const verified = (await contacts.list(transaction, accountId)).filter(
      ({ verifiedAt }) => verifiedAt !== null,
    )
    const proved = await use(transaction, verified)
    const contact = verified.find(({ kind }) => kind === proved?.kind)
    if (contact === undefined) throw new Failure(codeInvalid)
    await newSignIns.forget(transaction, accountId, used)
    await this.#endAccess(transaction, accountId)
    await audit.success(transaction, 'sign_in_report', { accountId, method: contact.kind }, context)
    const recoveryToken = await recovery.issueToken(transaction, accountId, contact)
    return { recoveryToken, hasPassword: await passwords.has(transaction, accountId) }
  }

  async #endAccess(transaction: Transaction, accountId: AccountId): Promise<void> {
    const { apiKeys, codes, passkeys, passwords, sessions, userSecrets } = this.#options
    await sessions.endAll(transaction, accountId)
    await apiKeys.revokeAll(transaction, accountId)
    await codes.cancelAll(transaction, accountId)
    await this.#options.linkedAccounts.removeAll(transaction, accountId)
    await passkeys.restrictAll(transaction, accountId)
    await passwords.block(transaction, accountId)
    await userSecrets.block(transaction, accountId)
  }
}
