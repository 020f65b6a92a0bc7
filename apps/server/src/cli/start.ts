import { Command } from 'commander'
import type { Logger } from 'pino'
import { startServer } from '../app/server.ts'
import type { Serving } from '../app/workers/messages.ts'
import { PrimaryLink } from '../app/workers/primary-link.ts'
import { WorkerFailed, Workers } from '../app/workers/workers.ts'
import { environment } from '../platform/config/environment.ts'
import { type Config, loadConfig } from '../platform/config/load-config.ts'
import { readMasterSecret } from '../platform/config/master-secret.ts'
import { createLogger } from '../platform/http/logging.ts'
import { systemClock } from '../platform/kernel/clock.ts'
import { closeOnSignal, closeWithPrimary, closeWorkersOnSignal } from './close.ts'
import { welcome } from './welcome.ts'

export function startCommand(): Command {
  return new Command('start')
    .description('Start the server; stops gracefully on SIGTERM and SIGINT.')
    .option('--workers <number>', 'run so many processes on the one port (PROXIMA_WORKERS)')
    .option('--json', 'log JSON lines and nothing else')
    .action(async ({ workers, json }: { workers?: string; json?: true }) => {
      await start(loadConfig(withWorkers(workers)), json === true)
    })
}

function withWorkers(workers: string | undefined): typeof environment {
  if (workers === undefined) return environment
  return { ...environment, PROXIMA_WORKERS: workers, PROXIMA_WORKERS_FILE: undefined }
}

async function start(config: Config, json: boolean): Promise<void> {
  const primary = PrimaryLink.find()
  const logger = createLogger(
    { level: config.logLevel, format: logFormat(config, json), ...(primary && { worker: primary.number }) },
    process.stdout,
  )
  if (primary !== null) return await work(config, logger, primary)
  for (const name of config.withoutEffect)
    logger.warn({ setting: name }, `${name} is set, but has no effect in this version yet`)
  const serving = await (config.workers === 1 ? serve(config, logger) : serveWithWorkers(config, logger))
  // Who tries it out reads along, whether or not the logs are for a machine.
  if (serving !== null && config.env === 'development' && !json)
    process.stdout.write(welcome(config, serving))
}

async function serve(config: Config, logger: Logger): Promise<Serving> {
  const server = await startServer(optionsOf(config, logger))
  closeOnSignal(server, config, logger)
  return server
}

/** Null where a worker could not start; it has said why. */
async function serveWithWorkers(config: Config, logger: Logger): Promise<Serving | null> {
  const workers = new Workers({ count: config.workers, logger })
  try {
    const serving = await workers.start()
    closeWorkersOnSignal(workers, config, logger)
    logger.info({ workers: config.workers }, 'all workers serve')
    return serving
  } catch (error) {
    workers.kill()
    if (!(error instanceof WorkerFailed)) throw error
    process.exitCode = error.exitCode
    return null
  }
}

async function work(config: Config, logger: Logger, primary: PrimaryLink): Promise<void> {
  try {
    const server = await startServer({ ...optionsOf(config, logger), primary })
    closeWithPrimary(primary, server, config, logger)
    primary.tellServing({ url: server.url, isReady: server.isReady })
  } catch (error) {
    primary.leave()
    throw error
  }
}

function optionsOf(config: Config, logger: Logger) {
  return { config, masterSecret: readMasterSecret(config).value, logger, clock: systemClock }
}

function logFormat({ logFormat }: Config, json: boolean): 'pretty' | 'json' {
  if (json) return 'json'
  if (logFormat !== 'auto') return logFormat
  return process.stdout.isTTY ? 'pretty' : 'json'
}
