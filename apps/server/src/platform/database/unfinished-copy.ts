import type { Database } from './tables.ts'

/** A table that exists until a copy into this database is finished and verified. */
export const unfinishedCopyTable = 'proxima_unfinished_copy'

/** Fails where another copy into the same database has done so. */
export async function markUnfinished(db: Database): Promise<void> {
  await db.schema.createTable(unfinishedCopyTable).addColumn('started_at', 'bigint').execute()
}

export async function unmarkUnfinished(db: Database): Promise<void> {
  await db.schema.dropTable(unfinishedCopyTable).ifExists().execute()
}
