import { existsSync } from 'node:fs'
import { addressOf } from '../app/listen.ts'
import { PublicUrl } from '../app/public-url.ts'
import { type Services, wire } from '../app/wire.ts'
import { environment } from '../platform/config/environment.ts'
import { type Config, loadConfig } from '../platform/config/load-config.ts'
import { readMasterSecret } from '../platform/config/master-secret.ts'
import type { DatabaseLocation } from '../platform/config/url-parsers.ts'
import { type Connection, connect } from '../platform/database/connect.ts'
import { isCurrent, migrateUp, migrationStatus } from '../platform/database/migrator.ts'
import type { Database } from '../platform/database/tables.ts'
import { systemClock } from '../platform/kernel/clock.ts'
import { Failure, type Problem } from '../platform/kernel/failures.ts'
import { assertOwnFolder } from './new-database.ts'

/**
 * Runs `work` on the configured database, and closes it in every case.
 * @throws `database_missing` unless `creates` is true and `work` may create the file of a SQLite database
 */
export async function withConnection<T>(
  work: (connection: Connection, config: Config) => Promise<T>,
  { creates = false }: { readonly creates?: boolean } = {},
): Promise<T> {
  const config = loadConfig(environment)
  if (creates) assertOwnFolder(config.databaseUrl)
  else assertFileExists(config.databaseUrl)
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

const databaseMissing: Problem = {
  code: 'database_missing',
  kind: 'not_found',
  title: 'No database',
  advice:
    'Check PROXIMA_DATABASE_URL and PROXIMA_DATA_DIR, and that this command has all settings of the server. Only ' +
    '"proxima start" and "proxima migrate up" create a database.',
}

function missing(detail: string): Failure {
  return new Failure(databaseMissing, { detail: `${detail} ${databaseMissing.advice}` })
}

// Connecting would create the file. An administrator who forgot a setting would then look at an empty database, and the
// new file could belong to root.
export function assertFileExists(location: DatabaseLocation): void {
  if (location.engine === 'sqlite' && !existsSync(location.path))
    throw missing(`There is no database at ${location.path}.`)
}

/** For the same reason, tables are not created in a database that has none. */
async function assertHasTables(connection: Connection): Promise<void> {
  const status = await migrationStatus(connection)
  if (status.every(({ appliedAt }) => appliedAt === null))
    throw missing('The configured database has no Proxima tables.')
}

const migrationsPending: Problem = {
  code: 'migrations_pending',
  kind: 'conflict',
  title: 'Migrations are pending',
  advice: 'The database schema does not match this version. Run "proxima migrate up" first.',
}

/** Runs `work` with the services of the server, on the same database. @throws `database_missing` */
export function withServices<T>(
  work: (services: Services, db: Database, connection: Connection) => Promise<T>,
): Promise<T> {
  return withConnection(async (connection, config) => {
    await assertHasTables(connection)
    if (config.migrate) await migrateUp(connection)
    else if (!(await isCurrent(connection))) throw new Failure(migrationsPending)
    const masterSecret = readMasterSecret(config).value
    const publicUrl = new PublicUrl(config.publicUrl)
    // A command does not listen, but the messages that it causes name the server. Only development needs this.
    publicUrl.fallBackTo(addressOf(config))
    const { db, engine } = connection
    const platform = { db, engine, redis: null, clock: systemClock }
    const services = wire({ config, masterSecret, publicUrl, ...platform })
    try {
      return await work(services, db, connection)
    } finally {
      // The process that decodes pictures would keep the command waiting for a minute.
      services.decoder.close()
    }
  })
}
