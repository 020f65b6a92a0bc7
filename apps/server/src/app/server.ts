import type { Logger } from 'pino'
import { accessTokenAlgorithm } from '../features/session-management/tokens/model.ts'
import type { Config } from '../platform/config/load-config.ts'
import { connect as connectDatabase } from '../platform/database/connect.ts'
import { migrateUp } from '../platform/database/migrator.ts'
import type { App } from '../platform/http/app.ts'
import { Metrics } from '../platform/http/metrics.ts'
import { keepsCookies } from '../platform/http/session-cookie.ts'
import type { Timeouts } from '../platform/http/timeouts.ts'
import type { Clock } from '../platform/kernel/clock.ts'
import { administrationJobsOf } from './administration-jobs.ts'
import { anomalyJobOf } from './anomaly-job.ts'
import { buildApp } from './build-app.ts'
import { DeliveryJob } from './delivery/delivery-job.ts'
import { warnWithoutChannels } from './delivery/missing-channels.ts'
import { WebhookJob } from './delivery/webhook-job.ts'
import { watchConnections } from './drain-connections.ts'
import { HeartbeatJob } from './heartbeat-job.ts'
import { listen } from './listen.ts'
import { assertStartable } from './preconditions.ts'
import { PublicUrl } from './public-url.ts'
import { PurgeJob } from './purge/purge-job.ts'
import { purgesOf } from './purge/purges.ts'
import { Readiness } from './readiness.ts'
import { connectRedis } from './redis.ts'
import { SetupOffer } from './setup-offer.ts'
import { shutDown } from './shutdown.ts'
import { chainOf, flushesOf } from './store-jobs.ts'
import { startTracing } from './tracing/start-tracing.ts'
import { version } from './version.ts'
import { watch } from './watch.ts'
import { type Services, wire } from './wire.ts'

export interface RunningServer {
  readonly url: string
  /** False if the database could not be used at the start. */
  readonly isReady: boolean
  /** The address with which someone makes the first administrator; null if there is one, or if it is not ready. */
  readonly setupUrl: string | null
  /** Stops accepting connections, finishes open requests, and closes the database. */
  close(): Promise<void>
}

const noCookies =
  'Browsers do not keep the session cookie of this address, which is not https: sign-in with "mode": "cookie" is refused'

const statementTimeoutMs = 10_000

export interface ServerOptions {
  readonly config: Config
  readonly masterSecret: string
  readonly logger: Logger
  /** How many lines of the log are lost since the start. */
  readonly lostLogLines?: () => number
  readonly clock: Clock
  /** Must end the process at once: the disk failed to store data that others can already read. */
  readonly onLostWrites: (error: Error) => void
  /** Connects to the database. A test passes one that fails. */
  readonly connect?: typeof connectDatabase
  /** Called once, before the log has the address: someone who reads it there may stop the server at once. */
  readonly onListening?: (server: Pick<RunningServer, 'close'>) => void
  /** How long clients may take. A test passes shorter ones. */
  readonly timeouts?: Timeouts
  /** False for a test that counts statements. */
  readonly seals?: boolean
}

/**
 * Starts a server. It listens even while the database is down: it answers 503 until the database is available.
 * @throws `cannot_listen`, ConfigError, StartRefused
 */
export async function startServer({
  config,
  masterSecret,
  logger,
  clock,
  onLostWrites,
  connect = connectDatabase,
  onListening,
  timeouts,
  lostLogLines,
  seals = true,
}: ServerOptions): Promise<RunningServer> {
  const publicUrl = new PublicUrl(config.publicUrl)
  const tracing = await startTracing(config, logger)
  const connection = connect(config.databaseUrl, {
    poolMax: config.databasePoolMax,
    statementTimeoutMs,
    onError: (error) => logger.warn({ err: error }, 'a database connection broke'),
    onLostWrites,
    tracing,
  })
  const redis = config.redisUrl === null ? null : await connectRedis(config.redisUrl, logger)
  const metrics = new Metrics({ version })
  const { db } = connection
  const services = wire({
    config,
    masterSecret,
    db,
    engine: connection.engine,
    redis,
    clock,
    publicUrl,
    metrics,
    tracing,
  })
  const unwatch = watch(metrics, services, connection.engine, lostLogLines)
  const prepared = Promise.withResolvers<void>()
  const readiness = new Readiness({
    connection,
    logger,
    assertStartable: () => assertStartable({ connection, migrates: config.migrate, keys: services.keys }),
    migrate: config.migrate ? () => migrate(config, logger) : null,
    warmUp: () => warmUp(services).then(prepared.resolve),
  })
  const purging = purgingOf(services, config, logger)
  const senders = [deliveryOf(services, metrics, logger), webhooksOf(services, metrics, logger)]
  const app = await buildApp({
    config,
    services,
    readiness,
    publicUrl,
    clock,
    logger,
    metrics,
    tracing,
    ...(timeouts && { timeouts }),
  })
  const { decoder } = services
  const drain = watchConnections(app.server)
  const heartbeat = new HeartbeatJob({
    servers: services.servers,
    secretIds: services.sealer.keyIds,
    publicUrl: config.publicUrl,
    isPrepared: () => readiness.isPrepared,
    clock,
    logger,
  })
  // They stop after the last request, whose events they seal.
  const chain = seals ? chainOf(services, readiness, logger) : []
  const flushes = [...flushesOf(services, logger), anomalyJobOf(services, logger), ...chain]
  const workers = [purging, ...senders, ...administrationJobsOf(services, { clock, logger })]
  const offer = new SetupOffer({ setup: services.setup, publicUrl, logger })
  const jobs = [readiness, heartbeat, offer, tailOf(services, logger), ...workers]
  const close = () => shutDown({ drain, jobs, flushes, app, decoder, unwatch, redis, tracing, db, logger })
  try {
    const isReady = await readiness.start()
    await heartbeat.start()
    const onOpen = () => onListening?.({ close })
    const url = await open(app, config, { publicUrl, logger, onOpen })
    for (const job of [...flushes, ...workers]) job.start()
    warnWithoutChannels(config, logger)
    const offered = prepared.promise.then(() => offer.make())
    return { url, isReady, setupUrl: isReady ? await offered : null, close }
  } catch (error) {
    // Open connections would keep the process alive.
    await close()
    throw error
  }
}

async function warmUp({ keys, passwords }: Services): Promise<void> {
  await Promise.all([keys.signingKey(accessTokenAlgorithm), passwords.warmUp()])
}

function purgingOf(services: Services, config: Config, logger: Logger): PurgeJob {
  const { purgeIntervalSeconds: intervalSeconds } = config
  return new PurgeJob({ purges: purgesOf(services), intervalSeconds, logger })
}

function tailOf({ revocationTail }: Services, logger: Logger) {
  revocationTail.onFailure((error) => logger.warn({ err: error }, 'could not read revocations; trying again'))
  return revocationTail
}

function deliveryOf({ delivery, outbox }: Services, metrics: Metrics, logger: Logger): DeliveryJob {
  return new DeliveryJob({
    delivery,
    outbox,
    logger,
    onAttempt: ({ channel, outcome }) => metrics.countMessage(channel, outcome),
    onWithheld: ({ channel, reason }) => metrics.countWithheld(channel, reason),
  })
}

function webhooksOf(
  { webhookDelivery, sealing, publicOutgoing }: Services,
  metrics: Metrics,
  logger: Logger,
): WebhookJob {
  return new WebhookJob({
    webhooks: webhookDelivery,
    sealing,
    logger,
    onAttempt: ({ outcome, stopped }) => metrics.countWebhook(outcome, stopped),
    close: () => publicOutgoing.close(),
  })
}

/** Listens, and reports the public URL. @returns the address that people can open */
async function open(
  app: App,
  config: Config,
  { publicUrl, logger, onOpen }: { publicUrl: PublicUrl; logger: Logger; onOpen: () => void },
): Promise<string> {
  const listening = await listen(app, config, onOpen)
  publicUrl.fallBackTo(listening)
  const url = publicUrl.get()
  if (!keepsCookies(url)) logger.warn({ url }, noCookies)
  return listening
}

// Uses connections of its own, because a migration may take longer than a request is allowed to.
async function migrate(config: Config, logger: Logger): Promise<string[]> {
  const connection = connectDatabase(config.databaseUrl, {
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
