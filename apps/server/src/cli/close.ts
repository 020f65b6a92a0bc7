import closeWithGrace from 'close-with-grace'
import type { Logger } from 'pino'
import type { RunningServer } from '../app/server.ts'
import type { Config } from '../platform/config/load-config.ts'

type Timeout = Pick<Config, 'shutdownTimeoutSeconds'>

export function closeOnSignal(server: Pick<RunningServer, 'close'>, config: Timeout, logger: Logger): void {
  const options = {
    delay: config.shutdownTimeoutSeconds * 1_000,
    logger: false,
    onTimeout: () =>
      logger.fatal('stopping took longer than PROXIMA_SHUTDOWN_TIMEOUT_SECONDS; what ran is cut off'),
    onSecondSignal: () => logger.fatal('asked to stop a second time; what ran is cut off'),
  } as const
  closeWithGrace(options, async ({ err, signal }) => {
    if (err !== undefined) logger.fatal({ err }, 'stopping after an error that nothing caught')
    else logger.info({ signal }, 'stopping')
    await server.close().catch((error: unknown) => {
      logger.fatal({ err: error }, 'stopping failed')
      throw error
    })
    logger.info('stopped')
  })
}
