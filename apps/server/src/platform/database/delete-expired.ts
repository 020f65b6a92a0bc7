import { sql } from 'kysely'
import { primaryKeys } from './table-order.ts'
import type { Database, Tables } from './tables.ts'

/** The tables whose primary key is one column. */
type SingleKeyTable = {
  [Name in keyof Tables]: (typeof primaryKeys)[Name]['length'] extends 1 ? Name : never
}[keyof Tables]

interface Expired<Name extends SingleKeyTable> {
  /** The column that holds a time. */
  readonly column: keyof Tables[Name] & string
  readonly until: Date
  readonly limit: number
}

/**
 * Deletes expired rows, the earliest first. It reads the keys first: not every engine supports a delete with a limit,
 * and a delete over a range would lock the gaps into which others insert. A row that changes in between stays.
 * @returns how many were deleted, at most `limit`
 */
export async function deleteExpired<Name extends SingleKeyTable>(
  db: Database,
  table: Name,
  { column, until, limit }: Expired<Name>,
): Promise<number> {
  if (limit <= 0) return 0
  const [key] = primaryKeys[table]
  const isExpired = sql`${sql.ref(column)} <= ${until.getTime()}`
  const { rows } = await sql<{ id: string }>`
    select ${sql.ref(key)} as ${sql.ref('id')} from ${sql.table(table)}
    where ${isExpired} order by ${sql.ref(column)} limit ${limit}`.execute(db)
  if (rows.length === 0) return 0
  const ids = sql.join(rows.map(({ id }) => id))
  const { numAffectedRows = 0n } = await sql`
    delete from ${sql.table(table)} where ${sql.ref(key)} in (${ids}) and ${isExpired}`.execute(db)
  return Number(numAffectedRows)
}
