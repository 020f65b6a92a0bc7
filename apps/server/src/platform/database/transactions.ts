import { setTimeout } from 'node:timers/promises'
import { Failure } from '../kernel/failures.ts'
import { unavailable } from '../kernel/problems.ts'
import { TransactionConflict } from './faults.ts'
import type { Database, Transaction } from './tables.ts'

const attemptsMax = 10
const firstPauseMs = 5
const pauseMaxMs = 200

type Callback = () => void

/** The callbacks to run after each open transaction commits. */
const callbacksOf = new WeakMap<Transaction, Set<Callback>>()

/**
 * Runs `work` in one transaction. If `db` already is a transaction, `work` joins it. If the engine undid the transaction
 * because of another one, `work` is run again, so it must do nothing but talk to the database. If the connection is
 * lost, `work` is not run again: it is unknown whether the commit succeeded, and `work` must not be done twice.
 */
export async function inTransaction<T>(
  db: Database,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  if (isTransaction(db)) return await work(db)
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(db, work)
    } catch (error) {
      if (!(error instanceof TransactionConflict)) throw error
      if (attempt === attemptsMax) throw new Failure(unavailable, { retryAfterSeconds: 1, cause: error })
      await setTimeout(pauseMs(attempt))
    }
  }
}

/**
 * Calls back once the transaction is durable; never if it is undone. A callback that is passed twice is called once. It
 * must not throw, because the caller's changes are already committed.
 */
export function onCommitted(transaction: Transaction, callback: Callback): void {
  const callbacks = callbacksOf.get(transaction)
  if (callbacks === undefined) throw new Error('onCommitted needs a transaction that inTransaction began')
  callbacks.add(callback)
}

async function runOnce<T>(db: Database, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  const callbacks = new Set<Callback>()
  const outcome = await db.transaction().execute(async (transaction) => {
    callbacksOf.set(transaction, callbacks)
    return await work(transaction)
  })
  for (const callback of callbacks) callback()
  return outcome
}

// The pause grows and is random. In a Galera cluster the first to commit wins, so someone who signs in again and again
// on other nodes could otherwise keep an administrator from ever suspending them (I13).
function pauseMs(attempt: number): number {
  return Math.random() * Math.min(firstPauseMs * 2 ** attempt, pauseMaxMs)
}

function isTransaction(db: Database): db is Transaction {
  return db.isTransaction
}
