import { type DialectAdapter, MysqlAdapter, PostgresAdapter } from 'kysely'

/**
 * How an engine takes several keys in one statement: as one `array`, or as a `list` of single values. SQLite runs in
 * the process, so that several keys together save nothing there: `none`.
 */
export type KeyLists = 'array' | 'list' | 'none'

export function keyListsOf(adapter: DialectAdapter): KeyLists {
  if (adapter instanceof PostgresAdapter) return 'array'
  if (adapter instanceof MysqlAdapter) return 'list'
  return 'none'
}
