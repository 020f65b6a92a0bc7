import { PublicAddress } from '../../src/app/public-address.ts'
import { type Services, wire } from '../../src/app/wire.ts'
import { loadConfig } from '../../src/platform/config/load-config.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { openDatabase } from './test-database.ts'
import { type TestServer, testSecret } from './test-server.ts'

/** The services by themselves, beside a running server and on its database: as the command line has them. */
export interface OwnServices extends Services {
  readonly db: Database
  close(): Promise<void>
}

export function openServices({ databaseUrl, clock }: Pick<TestServer, 'databaseUrl' | 'clock'>): OwnServices {
  const db = openDatabase(databaseUrl)
  const publicAddress = new PublicAddress('https://id.example.org')
  const options = { config: loadConfig({}), masterSecret: testSecret, db, redis: null, clock, publicAddress }
  return { ...wire(options), db, close: async () => await db.destroy() }
}
