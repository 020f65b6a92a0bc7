import { Kysely } from 'kysely'
import type { Connection } from './connect.ts'
import { withFaults } from './faults.ts'
import type { Database, Tables } from './tables.ts'

/** Runs `work` on the database as it is now, however long it takes. It can only read, and no writer waits for it. */
export async function inSnapshot<T>(
  { db, engine }: Connection,
  work: (snapshot: Database) => Promise<T>,
): Promise<T> {
  if (engine.snapshotDialect === null)
    return await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(work)
  const snapshot = new Kysely<Tables>({
    dialect: withFaults({ dialect: engine.snapshotDialect, classify: (error) => engine.classify(error) }),
  })
  try {
    return await work(snapshot)
  } finally {
    await snapshot.destroy()
  }
}
