import type { Logger } from 'pino'
import type { Config } from '../platform/config/load-config.ts'
import { connect } from '../platform/database/connect.ts'
import { migrateUp } from '../platform/database/migrator.ts'
import { Metrics } from '../platform/http/metrics.ts'
import type { Clock } from '../platform/kernel/clock.ts'
import { buildApp } from './build-app.ts'
import { watchConnections } from './drain.ts'
import { listen } from './listen.ts'
import { PublicAddress } from './public-address.ts'
import { PurgeJob } from './purge/purge-job.ts'
import { purgesOf } from './purge/purges.ts'
import { Readiness } from './readiness.ts'
import { connectRedis } from './redis.ts'
import { version } from './version.ts'
import { type Services, wire } from './wire.ts'

export interface RunningServer {
  /** Where it listens. */
  readonly url: string
  /** False where the database did not answer at the start; the server goes on trying. */
  readonly isReady: boolean
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

/**
 * Listens even while the database is down: it answers 503 until the database is there, and then goes on by itself.
 * @throws `cannot_listen`, ConfigError, WrongMasterSecret
 */
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
  const redis = config.redisUrl === null ? null : connectRedis(config.redisUrl, logger)
  const metrics = new Metrics({ version })
  const services = wire({ config, masterSecret, db: connection.db, redis, clock, publicAddress, metrics })
  watch(metrics, services.queue)
  const readiness = new Readiness({
    connection,
    logger,
    migrate: config.migrate ? () => migrate(config, logger) : null,
    warmUp: async () => {
      await Promise.all([services.keys.signingKey(), services.passwords.warmUp()])
    },
  })
  const purging = new PurgeJob({
    purges: purgesOf(services),
    intervalSeconds: config.purgeIntervalSeconds,
    logger,
  })
  const app = await buildApp({ config, services, readiness, publicAddress, clock, logger, metrics })
  const drain = watchConnections(app.server)
  const close = async () => {
    drain()
    await Promise.all([readiness.stop(), purging.stop(), app.close()])
    redis?.disconnect()
    // By now nobody waits for an answer; a connection that broke before loses nothing by not taking its leave.
    await connection.db
      .destroy()
      .catch((error: unknown) => logger.warn({ err: error }, 'a connection broke at the end'))
  }
  try {
    const isReady = await readiness.start()
    const url = await listen(app, config)
    publicAddress.settle(url)
    purging.start()
    return { url, isReady, close }
  } catch (error) {
    // What stays open would keep the process from ending.
    await close()
    throw error
  }
}

function watch(metrics: Metrics, queue: Services['queue']): void {
  metrics.addGauge('proxima_password_queue_depth', 'Passwords that wait to be hashed', () => queue.depth)
  metrics.addGauge('proxima_password_queue_running', 'Passwords that are being hashed', () => queue.running)
}

// By connections of its own: a migration may take longer than any request may.
async function migrate(config: Config, logger: Logger): Promise<string[]> {
  const connection = connect(config.databaseUrl, {
    poolMax: 2,
    statementTimeoutMs: 0,
    onError: (error) => logger.warn({ err: error }, 'a database connection broke'),
  })
  try {
    return await migrateUp(connection)
  } finally {
    await connection.db.destroy()
  }
}
