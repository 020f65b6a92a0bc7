import { PublicUrl } from '../../app/public-url.ts'
import { wire } from '../../app/wire.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { connect } from '../../platform/database/connect.ts'
import { migrateUp } from '../../platform/database/migrator.ts'
import { systemClock } from '../../platform/kernel/clock.ts'

/** Ending sessions opens nothing that is sealed, so a restore does not need the secret of the backup. */
const masterSecret = 'not-the-master-secret-because-nothing-is-sealed'

/**
 * Ends every session in the draft of a restored database, before it replaces the current one. Otherwise the restore
 * would bring back sessions that were ended since the backup, and refresh tokens that were replaced (I1, I2). It also
 * forgets the servers that ran when the backup was made.
 * @returns how many sessions it ended
 */
export async function clearRestored(draft: string, config: Config): Promise<number> {
  const connection = connect(
    { engine: 'sqlite', path: draft },
    { poolMax: 1, statementTimeoutMs: 0, onError: () => undefined },
  )
  try {
    // A backup of an older release has other tables.
    await migrateUp(connection)
    const { db, engine } = connection
    const publicUrl = new PublicUrl(config.publicUrl)
    const platform = { db, engine, redis: null, clock: systemClock }
    const { allSessions, servers } = wire({ config, masterSecret, publicUrl, ...platform })
    await servers.forgetAll()
    return await allSessions.end()
  } finally {
    await connection.db.destroy()
  }
}
