import { PublicUrl } from '../../apps/server/src/app/public-url.ts'
import { type Services, wire } from '../../apps/server/src/app/wire.ts'
import { loadConfig } from '../../apps/server/src/platform/config/load-config.ts'
import { systemClock } from '../../apps/server/src/platform/kernel/clock.ts'
import { withDatabase } from '../fill/with-database.ts'
import { benchSecret } from './proxima.ts'

/** The services of a server on a database, as the command line uses them. */
export async function withServices<T>(
  databaseUrl: string,
  use: (services: Services) => Promise<T>,
): Promise<T> {
  return await withDatabase(databaseUrl, async (db) => {
    const publicUrl = new PublicUrl('http://127.0.0.1')
    const platform = { db, redis: null, clock: systemClock, publicUrl, masterSecret: benchSecret }
    return await use(wire({ ...platform, config: loadConfig({ PROXIMA_LIMITS: 'off' }) }))
  })
}
