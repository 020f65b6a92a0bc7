import { type DialectAdapter, PostgresAdapter } from 'kysely'

/**
 * True if a `with` clause may hold statements that change rows. Then several writes are one statement, and so one
 * transaction in one round trip.
 */
export function writesInWith(adapter: DialectAdapter): boolean {
  return adapter instanceof PostgresAdapter
}
