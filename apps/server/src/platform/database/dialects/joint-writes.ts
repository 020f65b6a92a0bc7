import { type CompiledQuery, type DialectAdapter, PostgresAdapter, SqliteAdapter } from 'kysely'

/**
 * How an engine does several writes in one round trip, and so without a transaction of its own. `with`: the clause of
 * that name may hold statements that change rows. `list`: the driver takes a `GuardedQuery`. `none`: it cannot.
 */
export type JointWrites = 'with' | 'list' | 'none'

export function jointWritesOf(adapter: DialectAdapter): JointWrites {
  if (adapter instanceof PostgresAdapter) return 'with'
  return adapter instanceof SqliteAdapter ? 'list' : 'none'
}

/** A query, and the statements that run after it if it finds a row: all of them or none. */
export interface GuardedQuery extends CompiledQuery {
  readonly writes: readonly CompiledQuery[]
}

export function isGuarded(query: CompiledQuery): query is GuardedQuery {
  return 'writes' in query
}
