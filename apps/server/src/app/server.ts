import type { Logger } from 'pino'
import type { Config } from '../platform/config/load-config.ts'
import { connect } from '../platform/database/connect.ts'
import type { Clock } from '../platform/kernel/clock.ts'
import { buildApp } from './build-app.ts'
import { PublicAddress } from './public-address.ts'
import { Readiness } from './readiness.ts'
import { wire } from './wire.ts'

export interface RunningServer {
  /** Where it listens. */
  readonly url: string
  /** Stops accepting, finishes what runs, closes the database. */
  close(): Promise<void>
}

const statementTimeoutMs = 10_000

export interface ServerOptions {
  readonly config: Config
  readonly masterSecret: string
  readonly logger: Logger
  readonly clock: Clock
}

/** Listens even while the database is down: it answers 503 until the database is there, and then goes on by itself. */
export async function startServer({
  config,
  masterSecret,
  logger,
  clock,
}: ServerOptions): Promise<RunningServer> {
  const publicAddress = new PublicAddress(config.publicUrl)
  const connection = connect(config.databaseUrl, {
    poolMax: config.databasePoolMax,
    statementTimeoutMs,
    onError: (error) => logger.warn({ err: error }, 'a database connection broke'),
  })
  const services = wire({ config, masterSecret, db: connection.db, clock, publicAddress })
  const readiness = new Readiness({
    connection,
    logger,
    migrateAtStart: config.migrate,
    warmUp: async () => {
      await Promise.all([services.keys.signingKey(), services.hasher.warmUp()])
    },
  })
  const app = await buildApp({ config, services, readiness, publicAddress, clock, logger })
  await readiness.start()
  const url = addressOf(
    await app.listen({
      host: config.host,
      port: config.port,
      listenTextResolver: (address) => `listening on ${address}`,
    }),
  )
  publicAddress.settle(url)
  return {
    url,
    close: async () => {
      await readiness.stop()
      await app.close()
      await connection.db.destroy()
    },
  }
}

// All interfaces is no address to go to; this machine's own name is one that works here.
function addressOf(listening: string): string {
  return listening.replace('//0.0.0.0:', '//localhost:').replace('//[::]:', '//localhost:')
}
