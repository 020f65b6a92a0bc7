import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

/** Implemented by challenges, which come later in the reading order. */
export interface UnfinishedSignIns {
  /** Ends every sign-in of the account that waits for a second factor. */
  endAll(transaction: Transaction, accountId: AccountId): Promise<void>
  /** Ends every sign-in of whatever account that waits for one. */
  endEvery(db: Database): Promise<void>
}
