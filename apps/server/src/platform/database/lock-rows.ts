import { rowGuardOf } from './dialects/row-locks.ts'
import type { Transaction } from './tables.ts'

/**
 * Makes a query lock the rows that it reads, in its order, until the transaction ends. Transactions that lock the same
 * rows in one order wait for each other, but are never undone because of a deadlock, which PostgreSQL finds only after a
 * second. SQLite has one writer at a time.
 */
export function lockRows<Query extends { forUpdate(): Query }>(db: Transaction, query: Query): Query {
  return rowGuardOf(db.getExecutor().adapter) === 'transaction' ? query : query.forUpdate()
}
