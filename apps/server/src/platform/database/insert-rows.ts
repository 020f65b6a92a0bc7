import type { Insertable } from 'kysely'
import type { Tables, Transaction } from './tables.ts'

/** SQLite accepts 32,766 values in one statement, and the others more. */
const valuesMax = 30_000

/** Every column has a value: one that is left out by mistake would be null, and nothing would show it. */
export type CompleteRow<Name extends keyof Tables> = Required<Insertable<Tables[Name]>>

/** Inserts rows, many with each statement. */
export async function insertAll<Name extends keyof Tables>(
  db: Transaction,
  table: Name,
  rows: readonly CompleteRow<Name>[],
): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const rowsMax = Math.floor(valuesMax / Object.keys(first).length)
  for (let at = 0; at < rows.length; at += rowsMax)
    await db
      .insertInto(table)
      .values(rows.slice(at, at + rowsMax) as Insertable<Tables[Name]>[])
      .execute()
}
