import type { Database } from './tables.ts'

/** A table that exists until a copy into this database is finished and verified. */
export const unfinishedCopyTable = 'proxima_unfinished_copy'

/** Marks the database. Fails if another copy into the same database has already done so. */
export async function markUnfinished(db: Database): Promise<void> {
  await db.schema.createTable(unfinishedCopyTable).addColumn('started_at', 'bigint').execute()
}

export async function unmarkUnfinished(db: Database): Promise<void> {
  await db.schema.dropTable(unfinishedCopyTable).ifExists().execute()
}
