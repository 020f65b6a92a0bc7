import { type DialectAdapter, PostgresAdapter } from 'kysely'

/** How an engine takes several keys in one statement: as one `array`, or as a `list` of single values. */
export type KeyLists = 'array' | 'list'

export function keyListsOf(adapter: DialectAdapter): KeyLists {
  return adapter instanceof PostgresAdapter ? 'array' : 'list'
}
