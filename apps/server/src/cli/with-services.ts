import { PublicUrl } from '../app/public-url.ts'
import { type Services, wire } from '../app/wire.ts'
import { environment } from '../platform/config/environment.ts'
import { type Config, loadConfig } from '../platform/config/load-config.ts'
import { readMasterSecret } from '../platform/config/master-secret.ts'
import { type Connection, connect } from '../platform/database/connect.ts'
import { isCurrent, migrateUp } from '../platform/database/migrator.ts'
import type { Database } from '../platform/database/tables.ts'
import { systemClock } from '../platform/kernel/clock.ts'
import { Failure, type Problem } from '../platform/kernel/failures.ts'

/** Runs `work` on the configured database, and closes it in every case. */
export async function withConnection<T>(
  work: (connection: Connection, config: Config) => Promise<T>,
): Promise<T> {
  const config = loadConfig(environment)
  // A migration may take longer than a request is allowed to.
  const connection = connect(config.databaseUrl, {
    poolMax: 2,
    statementTimeoutMs: 0,
    onError: () => undefined,
  })
  try {
    return await work(connection, config)
  } finally {
    await connection.db.destroy()
  }
}

const migrationsPending: Problem = {
  code: 'migrations_pending',
  kind: 'conflict',
  title: 'Migrations are pending',
  advice: 'The database schema does not match this version. Run "proxima migrate up" first.',
}

/** Runs `work` with the services of the server, on the same database. */
export function withServices<T>(work: (services: Services, db: Database) => Promise<T>): Promise<T> {
  return withConnection(async (connection, config) => {
    if (config.migrate) await migrateUp(connection)
    else if (!(await isCurrent(connection))) throw new Failure(migrationsPending)
    const masterSecret = readMasterSecret(config).value
    const publicUrl = new PublicUrl(config.publicUrl)
    const { db, engine } = connection
    const platform = { db, engine, redis: null, clock: systemClock }
    return await work(wire({ config, masterSecret, publicUrl, ...platform }), db)
  })
}
