import { PublicUrl } from '../../src/app/public-url.ts'
import { type Services, wire } from '../../src/app/wire.ts'
import { loadConfig } from '../../src/platform/config/load-config.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { connectTo } from './connections.ts'
import { type TestServer, testSecret } from './test-server.ts'

/** The services without a server, on the database of a running server, as the command line uses them. */
export interface OwnServices extends Services {
  readonly db: Database
  close(): Promise<void>
}

export function openServices({ databaseUrl, clock }: Pick<TestServer, 'databaseUrl' | 'clock'>): OwnServices {
  const { db, engine } = connectTo(databaseUrl)
  const publicUrl = new PublicUrl('https://id.example.org')
  const platform = { db, engine, redis: null, clock, publicUrl }
  const services = wire({ config: loadConfig({}), masterSecret: testSecret, ...platform })
  return { ...services, db, close: async () => await db.destroy() }
}
