import { loadConfig } from '../../apps/server/src/platform/config/load-config.ts'
import { connect } from '../../apps/server/src/platform/database/connect.ts'
import type { Database } from '../../apps/server/src/platform/database/tables.ts'

export const locationOf = (databaseUrl: string) =>
  loadConfig({ PROXIMA_DATABASE_URL: databaseUrl }).databaseUrl

/** Connects to a database for a moment. Statements may take as long as they need. */
export async function withDatabase<T>(databaseUrl: string, use: (db: Database) => Promise<T>): Promise<T> {
  const { db } = connect(locationOf(databaseUrl), {
    poolMax: 1,
    statementTimeoutMs: 0,
    onError: () => undefined,
  })
  try {
    return await use(db)
  } finally {
    await db.destroy()
  }
}

/** Marks the email of every account as verified. */
export async function verifyEmails(databaseUrl: string): Promise<void> {
  await withDatabase(databaseUrl, async (db) => {
    await db
      .updateTable('accounts')
      .set((row) => ({ email_verified_at: row.ref('created_at') }))
      .where('email', 'is not', null)
      .execute()
  })
}
