import type { Transaction } from '../../../platform/database/tables.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { FactorsService } from '../../authenticators/factors/service.ts'
import type { LinkedAccountsService } from '../../authenticators/linked-accounts/service.ts'
import type { PasswordsService } from '../../authenticators/passwords/service.ts'
import type { UserSecretsService } from '../../authenticators/user-secrets/service.ts'
import { lastSignInMethod } from './model.ts'

export interface WaysInOptions {
  readonly factors: Pick<FactorsService, 'list'>
  readonly linkedAccounts: Pick<LinkedAccountsService, 'canSignIn'>
  readonly passwords: Pick<PasswordsService, 'has'>
  readonly userSecrets: Pick<UserSecretsService, 'has'>
}

/** With what an owner can sign in at all. */
export class WaysIn {
  readonly #options: WaysInOptions

  constructor(options: WaysInOptions) {
    this.#options = options
  }

  /**
   * In the transaction that has removed one: nobody may lock themselves out (A103).
   * @throws `last_sign_in_method` if none is left
   */
  async assertOneRemains(transaction: Transaction, accountId: AccountId): Promise<void> {
    const { factors, linkedAccounts, passwords, userSecrets } = this.#options
    const left = await factors.list(transaction, accountId)
    if (left.some(({ kind }) => kind === 'passkey')) return
    if (await passwords.has(transaction, accountId)) return
    if (await userSecrets.has(transaction, accountId)) return
    if (await linkedAccounts.canSignIn(transaction, accountId)) return
    throw new Failure(lastSignInMethod)
  }
}
