import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { PublicUrl } from '../../app/public-url.ts'
import { type Services, wire } from '../../app/wire.ts'
import { secretFile } from '../../platform/config/data-folder.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { readMasterSecret } from '../../platform/config/master-secret.ts'
import type { Connection } from '../../platform/database/connect.ts'
import { databaseObstacles, isCopyUnfinished, isCurrent } from '../../platform/database/migrator.ts'
import { systemClock } from '../../platform/kernel/clock.ts'
import { askDatabase } from './with-database.ts'

/** Runs `work` with the services of the server. Null if there is no database, or if it does not answer. */
export async function askServices<T>(
  config: Config,
  work: (services: Services, connection: Connection) => Promise<T>,
): Promise<T | null> {
  return await askDatabase(config.databaseUrl, async (connection) => {
    const masterSecret = masterSecretOf(config)
    const publicUrl = new PublicUrl(config.publicUrl)
    const services = wire({ config, masterSecret, publicUrl, ...connection, redis: null, clock: systemClock })
    return await work(services, connection)
  })
}

/** As `askServices`, but also null if the tables are not those of this version. */
export async function askData<T>(
  config: Config,
  work: (services: Services) => Promise<T>,
): Promise<T | null> {
  return await askServices(config, async (services, connection) => {
    if (await isCopyUnfinished(connection)) return null
    if ((await databaseObstacles(connection, { migrates: false })).length > 0) return null
    return (await isCurrent(connection)) ? await work(services) : null
  })
}

/** If a start would create the secret, this one is random and not stored. Like a new secret, it opens no data. */
function masterSecretOf(config: Config): string {
  const isCreatedByStart = config.secret === null && !existsSync(secretFile(config))
  return isCreatedByStart ? randomBytes(48).toString('base64url') : readMasterSecret(config).value
}
