import closeWithGrace, { type Options } from 'close-with-grace'
import type { Logger } from 'pino'
import type { RunningServer } from '../app/server.ts'
import type { PrimaryLink } from '../app/workers/primary-link.ts'
import type { Workers } from '../app/workers/workers.ts'
import type { Config } from '../platform/config/load-config.ts'

type Timeout = Pick<Config, 'shutdownTimeoutSeconds'>

export function closeOnSignal(server: Pick<RunningServer, 'close'>, config: Timeout, logger: Logger): void {
  closeWithGrace(
    optionsFor(logger, { delayMs: config.shutdownTimeoutSeconds * 1_000 }),
    closing(server, logger),
  )
}

/** Workers cut off what takes too long by themselves; only one that does not even do that is ended. */
const workersDelayMs = 1_000

export function closeWorkersOnSignal(workers: Workers, config: Timeout, logger: Logger): void {
  const delayMs = config.shutdownTimeoutSeconds * 1_000 + workersDelayMs
  const options = optionsFor(logger, { delayMs, cutOff: () => workers.kill() })
  closeWithGrace(options, closing(workers, logger))
}

const signals = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR2'] as const

/**
 * A worker stops when its primary says so and heeds no signal itself: a terminal and systemd send one to each process,
 * and what the primary passed on would then be the second.
 */
export function closeWithPrimary(
  primary: PrimaryLink,
  server: Pick<RunningServer, 'close'>,
  config: Timeout,
  logger: Logger,
): void {
  for (const signal of signals) process.on(signal, () => undefined)
  const options = optionsFor(logger, { delayMs: config.shutdownTimeoutSeconds * 1_000 })
  const { close } = closeWithGrace({ ...options, skip: [...signals] }, closing(server, logger))
  primary.stopped.then(close, () => undefined)
}

interface Bounds {
  readonly delayMs: number
  readonly cutOff?: () => void
}

function optionsFor(logger: Logger, { delayMs, cutOff = () => undefined }: Bounds) {
  const fatal = (text: string) => {
    logger.fatal(text)
    cutOff()
  }
  return {
    delay: delayMs,
    logger: false,
    onTimeout: () => fatal('stopping took longer than PROXIMA_SHUTDOWN_TIMEOUT_SECONDS; what ran is cut off'),
    onSecondSignal: () => fatal('asked to stop a second time; what ran is cut off'),
  } as const satisfies Options
}

function closing(server: Pick<RunningServer, 'close'>, logger: Logger) {
  return async ({ err, signal }: { err?: Error; signal?: string }): Promise<void> => {
    if (err !== undefined) logger.fatal({ err }, 'stopping after an error that nothing caught')
    else logger.info({ signal }, 'stopping')
    await server.close().catch((error: unknown) => {
      logger.fatal({ err: error }, 'stopping failed')
      throw error
    })
    logger.info('stopped')
  }
}
