import closeWithGrace from 'close-with-grace'
import { Command } from 'commander'
import type { Logger } from 'pino'
import { startServer } from '../app/server.ts'
import { environment } from '../platform/config/environment.ts'
import { type Config, loadConfig } from '../platform/config/load-config.ts'
import { readMasterSecret } from '../platform/config/master-secret.ts'
import { createLogger } from '../platform/http/logging.ts'
import { systemClock } from '../platform/kernel/clock.ts'
import { welcome } from './welcome.ts'

export function startCommand(): Command {
  return new Command('start')
    .description('Start the server; stops gracefully on SIGTERM and SIGINT.')
    .option('--json', 'log JSON lines and nothing else')
    .action(async ({ json }: { json?: true }) => await start(loadConfig(environment), json === true))
}

async function start(config: Config, json: boolean): Promise<void> {
  const logger = createLogger({ level: config.logLevel, format: logFormat(config, json) }, process.stdout)
  for (const name of config.withoutEffect)
    logger.warn({ setting: name }, `${name} is set, but has no effect in this version yet`)
  const server = await startServer({
    config,
    masterSecret: readMasterSecret(config).value,
    logger,
    clock: systemClock,
  })
  closeOnSignal(server, config, logger)
  // Who tries it out reads along, whether or not the logs are for a machine.
  if (config.env === 'development' && !json) process.stdout.write(welcome(config, server))
}

function logFormat({ logFormat }: Config, json: boolean): 'pretty' | 'json' {
  if (json) return 'json'
  if (logFormat !== 'auto') return logFormat
  return process.stdout.isTTY ? 'pretty' : 'json'
}

function closeOnSignal(server: { close(): Promise<void> }, config: Config, logger: Logger): void {
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
