import { existsSync } from 'node:fs'
import type { DatabaseLocation } from '../../platform/config/url-parsers.ts'
import { type Connection, connect, ping } from '../../platform/database/connect.ts'

const statementTimeoutMs = 60_000

/** Runs `work` on connections of its own, and closes them in every case. */
export async function withDatabase<T>(
  location: DatabaseLocation,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = connect(location, { poolMax: 2, statementTimeoutMs, onError: () => undefined })
  try {
    return await work(connection)
  } finally {
    await connection.db.destroy()
  }
}

/** Null if there is no database, or if it does not answer. The check of the database reports that. */
export async function askDatabase<T>(
  location: DatabaseLocation,
  work: (connection: Connection) => Promise<T>,
): Promise<T | null> {
  // Connecting would create the file.
  if (location.engine === 'sqlite' && !existsSync(location.path)) return null
  return await withDatabase(location, async (connection) => {
    const answers = await ping(connection.db).then(
      () => true,
      () => false,
    )
    return answers ? await work(connection) : null
  })
}
