import { Failure } from '../kernel/failures.ts'
import { unavailable } from '../kernel/problems.ts'
import { TransactionConflict } from './faults.ts'
import type { Database, Transaction } from './tables.ts'

const attemptsMax = 5

/**
 * Runs `work` in one transaction; joins the one that `db` already is. Where the engine undid the transaction
 * because of another one, it is run again: `work` must do nothing but talk to the database.
 */
export async function inTransaction<T>(
  db: Database,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  if (isTransaction(db)) return await work(db)
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      if (!(error instanceof TransactionConflict)) throw error
      if (attempt === attemptsMax) throw new Failure(unavailable, { retryAfterSeconds: 1, cause: error })
    }
  }
}

function isTransaction(db: Database): db is Transaction {
  return db.isTransaction
}
