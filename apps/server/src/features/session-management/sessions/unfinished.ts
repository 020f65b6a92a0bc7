import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

/** Implemented by challenges, trusted devices and OpenID Connect, which come later in the reading order. */
export interface UnfinishedSignIns {
  /**
   * Ends every sign-in of the account that waits for a second factor, the trust in devices that need none, and every
   * sign-in to an application that is not finished.
   */
  endAll(transaction: Transaction, accountId: AccountId): Promise<void>
  /** The same for every account. */
  endEvery(db: Database): Promise<void>
}
