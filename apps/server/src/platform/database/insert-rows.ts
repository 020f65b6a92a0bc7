import type { Insertable } from 'kysely'
import type { Tables, Transaction } from './tables.ts'

/** SQLite accepts 32,766 values in one statement, and the others more. */
const valuesMax = 30_000

/** Inserts rows that all have the same columns, many with each statement. */
export async function insertAll<Name extends keyof Tables>(
  db: Transaction,
  table: Name,
  rows: readonly Insertable<Tables[Name]>[],
): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const rowsMax = Math.floor(valuesMax / Object.keys(first).length)
  for (let at = 0; at < rows.length; at += rowsMax)
    await db
      .insertInto(table)
      .values(rows.slice(at, at + rowsMax))
      .execute()
}
