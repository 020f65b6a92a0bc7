import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { clientKeyOf, noRequest } from '../../../platform/kernel/request-context.ts'
import type { ApiKeysService } from '../../authenticators/api-keys/service.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { LinkedAccountsService } from '../../authenticators/linked-accounts/service.ts'
import type { PasskeysService } from '../../authenticators/passkeys/service.ts'
import type { PasswordsService } from '../../authenticators/passwords/service.ts'
import type { UserSecretsService } from '../../authenticators/user-secrets/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditAction } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { GuessesService } from '../../safeguards/rate-limits/guesses/service.ts'
import { forgetGuesses } from '../../self-service/account-data/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import { isServiceAccount, wordsAbout } from '../../users/accounts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'

export interface CredentialResetOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get' | 'lock'>
  readonly apiKeys: Pick<ApiKeysService, 'revokeAll'>
  readonly codes: Pick<CodesService, 'cancelAll'>
  readonly audit: AuditService
  readonly guesses: GuessesService
  readonly identifiers: IdentifiersService
  readonly outbox: OutboxService
  readonly linkedAccounts: Pick<LinkedAccountsService, 'removeAll'>
  readonly passkeys: Pick<PasskeysService, 'restrictAll'>
  readonly passwords: PasswordsService
  readonly sessions: SessionsService
  readonly userSecrets: UserSecretsService
}

interface Reset {
  readonly action: AuditAction
  readonly notification: 'password_reset' | 'secret_reset'
}

/**
 * Gives owners who have lost their password or secret a new one. The operator vouches for who they are. Every session
 * ends, every API key is revoked, and the owner is notified. An account keeps its status: a suspended one stays suspended.
 */
export class CredentialResetService {
  readonly #options: CredentialResetOptions

  constructor(options: CredentialResetOptions) {
    this.#options = options
  }

  /**
   * Replaces the password, or sets the first one. The rules for new passwords apply. The guesses at the old one no
   * longer make the owner wait.
   * @throws `not_found`, `service_account`, `password_too_weak`, `overloaded`
   */
  async setPassword(id: AccountId, password: string): Promise<void> {
    const { db, passwords } = this.#options
    const context = wordsAbout(await this.#person(db, id))
    const clientKey = clientKeyOf(noRequest)
    const hash = await passwords.hash({ password, context, clientKey, onAdmitted: async () => undefined })
    await this.#reset(
      id,
      { action: 'password_change', notification: 'password_reset' },
      async (transaction) => {
        await passwords.change(transaction, id, hash)
        await forgetGuesses(this.#options, transaction, id)
      },
    )
  }

  /**
   * Generates a new user secret, which is shown only once. The previous one no longer works.
   * @throws `not_found`, `service_account`
   */
  async renewSecret(id: AccountId): Promise<string> {
    await this.#person(this.#options.db, id)
    const reset = { action: 'secret_renewal', notification: 'secret_reset' } as const
    return await this.#reset(id, reset, (transaction) => this.#options.userSecrets.renew(transaction, id))
  }

  /** The account, if it may have a password or a secret. @throws `not_found`, `service_account` */
  async #person(db: Database, id: AccountId): Promise<Account> {
    const account = await this.#options.accounts.get(db, id)
    if (account.kind === 'service') throw new Failure(isServiceAccount)
    return account
  }

  async #reset<T>(
    id: AccountId,
    { action, notification }: Reset,
    change: (transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    const { accounts, apiKeys, audit, codes, db, linkedAccounts, outbox, passkeys, sessions } = this.#options
    return await inTransaction(db, async (transaction) => {
      // A sign-in with the old password must finish before its sessions end, or find the new password (I2).
      await accounts.lock(transaction, id)
      const result = await change(transaction)
      await sessions.endAll(transaction, id)
      // Someone who was in the account may have made one to stay in it.
      await apiKeys.revokeAll(transaction, id)
      await linkedAccounts.removeAll(transaction, id)
      await passkeys.restrictAll(transaction, id)
      await codes.cancelAll(transaction, id)
      await audit.success(transaction, action, { accountId: id }, noRequest)
      const owner = await accounts.get(transaction, id)
      await outbox.notifyOwner(transaction, owner, notification, { context: noRequest })
      return result
    })
  }
}
