import { setTimeout } from 'node:timers/promises'
import { Failure } from '../kernel/failures.ts'
import { unavailable } from '../kernel/problems.ts'
import { TransactionConflict } from './faults.ts'
import type { Database, Transaction } from './tables.ts'

const attemptsMax = 10
const firstPauseMs = 5
const pauseMaxMs = 200

/**
 * Runs `work` in one transaction; joins the one that `db` already is. Where the engine undid the transaction
 * because of another one, it is run again: `work` must do nothing but talk to the database. A connection that was lost
 * is not made up for: whether its commit came through nobody knows, and `work` must not be done twice.
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
      await setTimeout(pauseMs(attempt))
    }
  }
}

// Growing, and by chance: in a Galera cluster who commits first wins, and somebody who signs in again and again at other
// nodes could else keep an administrator from ever suspending him (I13).
function pauseMs(attempt: number): number {
  return Math.random() * Math.min(firstPauseMs * 2 ** attempt, pauseMaxMs)
}

function isTransaction(db: Database): db is Transaction {
  return db.isTransaction
}
