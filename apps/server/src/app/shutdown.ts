import closeWithGrace, { type Options } from 'close-with-grace'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Config } from '../platform/config/load-config.ts'
import type { Database } from '../platform/database/tables.ts'
import { hangUpExitCode, type IgnoredSignal } from './signals.ts'

/** The parts of a running server that hold something open. */
export interface Stoppable {
  /** Closes idle connections, and the others as soon as they have their response. */
  readonly drain: () => void
  /** Background work; each part finishes what it has begun. */
  readonly jobs: readonly { stop(): Promise<void> }[]
  /** Store what requests have left in memory, the last requests too. */
  readonly flushes: readonly { stop(): Promise<void> }[]
  readonly app: { close(): Promise<unknown> }
  readonly decoder: { close(): void }
  readonly unwatch: () => void
  readonly redis: Redis | null
  readonly tracing: { stop(): Promise<void> } | null
  readonly db: Database
  readonly logger: Logger
}

/** Stops a server in order: new connections, requests and background work, then what these used, the database last. */
export async function shutDown(parts: Stoppable): Promise<void> {
  const { drain, jobs, flushes, app, decoder, unwatch, redis, tracing, db, logger } = parts
  drain()
  await Promise.all([app.close(), ...jobs.map((job) => job.stop())])
  await Promise.all(flushes.map((flush) => flush.stop()))
  decoder.close()
  unwatch()
  redis?.disconnect()
  await tracing?.stop()
  // Every response has been sent by now, so a connection that fails to close loses nothing.
  await db
    .destroy()
    .catch((error: unknown) => logger.warn({ err: error }, 'a database connection did not close cleanly'))
}

/**
 * Stops the server on a signal, and after an error that nothing caught. The deadline is
 * PROXIMA_SHUTDOWN_TIMEOUT_SECONDS; after it, or at a second signal, the process exits with 1 at once.
 * @param ignored signals that have a listener already
 */
export function shutDownOnSignal(
  server: { close(): Promise<void> },
  { shutdownTimeoutSeconds }: Pick<Config, 'shutdownTimeoutSeconds'>,
  { logger, ignored }: { readonly logger: Logger; readonly ignored: readonly IgnoredSignal[] },
): void {
  const options = {
    // The library does not know SIGUSR1.
    skip: ignored.filter((signal) => signal !== 'SIGUSR1'),
    delay: shutdownTimeoutSeconds * 1_000,
    logger: false,
    onTimeout: () =>
      logger.fatal('stopping took longer than PROXIMA_SHUTDOWN_TIMEOUT_SECONDS; open requests are cut off'),
    onSecondSignal: () => logger.fatal('received a second signal; open requests are cut off'),
  } satisfies Options
  closeWithGrace(options, async ({ err, signal }) => {
    if (err !== undefined) logger.fatal({ err }, 'stopping after an uncaught error')
    else logger.info({ signal }, 'stopping')
    if (signal === 'SIGHUP') process.once('exit', reportHangUp)
    await server.close().catch((error: unknown) => {
      logger.fatal({ err: error }, 'stopping failed')
      throw error
    })
    logger.info('stopped')
  })
}

// No one asked the server to stop: a supervisor that restarts it after a failure must restart it.
function reportHangUp(exitCode: number): void {
  if (exitCode === 0) process.exitCode = hangUpExitCode
}
