import { type DialectAdapter, MysqlAdapter, SqliteAdapter } from 'kysely'
import { ClusterAdapter } from './galera-lock.ts'

/**
 * What keeps a row as it is until a transaction ends. `transaction`: SQLite has one writer at a time. `lock`: the lock of
 * a row. `change`: a Galera cluster checks at the commit that no other node has changed the same row, and knows nothing
 * of the locks on other nodes, so the transaction has to change the row.
 */
export type RowGuard = 'transaction' | 'lock' | 'change'

/**
 * Ask this inside the transaction. A server knows that it belongs to a cluster from the moment it has a connection to
 * it, which is before any transaction begins there.
 */
export function rowGuardOf(adapter: DialectAdapter): RowGuard {
  if (adapter instanceof SqliteAdapter) return 'transaction'
  return adapter instanceof ClusterAdapter && adapter.cluster.isSeen ? 'change' : 'lock'
}

/** Appended to a query so that no one changes the rows that it reads until the transaction ends. */
export function shareLockOf(adapter: DialectAdapter): string {
  if (adapter instanceof SqliteAdapter) return ''
  // MariaDB does not know `for share`.
  return adapter instanceof MysqlAdapter ? 'lock in share mode' : 'for share'
}
