import { sql } from 'kysely'
import { columnsAfter } from './migrations/columns.ts'
import { migrations } from './migrations/list.ts'
import type { Database } from './tables.ts'

/** How many values of a column one secret has sealed. */
export interface SealedValues {
  readonly column: string
  readonly secretId: string
  readonly count: number
}

/** Counts the values of every sealed column by the secret that sealed them. Reads whole tables. */
export async function countSealed(db: Database): Promise<SealedValues[]> {
  const sealed: SealedValues[] = []
  for (const [table, columns] of await columnsAfter(Object.keys(migrations)))
    for (const column of [...columns].filter((name) => name.endsWith('_sealed'))) {
      // A sealed value is `v1.<key id>.…`, and a key id has 11 characters.
      const id = sql<string>`substr(${sql.ref(column)}, 4, 11)`
      const { rows } = await sql<{ id: string; count: number | string }>`
        select ${id} as id, count(*) as count from ${sql.table(table)}
        where ${sql.ref(column)} is not null group by ${id}`.execute(db)
      for (const row of rows)
        sealed.push({ column: `${table}.${column}`, secretId: row.id, count: Number(row.count) })
    }
  return sealed
}
