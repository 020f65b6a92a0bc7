import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { ChallengesService } from '../../session-management/challenges/service.ts'
import type { TrustedDevices } from './service.ts'

export interface SignInShortcutsOptions {
  readonly challenges: Pick<ChallengesService, 'endAll' | 'endEvery'>
  readonly trustedDevices: Pick<TrustedDevices, 'removeAll' | 'removeEvery'>
}

/**
 * What makes the next sign-in shorter: sign-ins that wait for their second factor, and devices that need none. Whatever ends
 * the sessions of an account ends both (I2).
 */
export class SignInShortcuts {
  readonly #options: SignInShortcutsOptions

  constructor(options: SignInShortcutsOptions) {
    this.#options = options
  }

  async endAll(transaction: Transaction, accountId: AccountId): Promise<void> {
    const { challenges, trustedDevices } = this.#options
    await challenges.endAll(transaction, accountId)
    await trustedDevices.removeAll(transaction, accountId)
  }

  async endEvery(db: Database): Promise<void> {
    const { challenges, trustedDevices } = this.#options
    await challenges.endEvery(db)
    await trustedDevices.removeEvery(db)
  }
}
