import { Command } from 'commander'
import type { Logger } from 'pino'
import { startServer } from '../app/server.ts'
import { shutDownOnSignal } from '../app/shutdown.ts'
import { ignoredSignals, ignoreSignals } from '../app/signals.ts'
import { environment } from '../platform/config/environment.ts'
import { type Config, loadConfig } from '../platform/config/load-config.ts'
import { readMasterSecret } from '../platform/config/master-secret.ts'
import { standardOutput } from '../platform/http/log-output.ts'
import { createLogger, type PrettyFormat } from '../platform/http/logging.ts'
import { systemClock } from '../platform/kernel/clock.ts'
import { exitCodes } from './exit-codes.ts'
import { assertOwnFolder } from './new-database.ts'
import { welcome } from './welcome.ts'

export function startCommand(): Command {
  return new Command('start')
    .option('--json', 'print only JSON log lines')
    .option('--verify-with <url>', 'the same as PROXIMA_VERIFY_PASSWORDS_WITH')
    .action(async ({ json, verifyWith }: { json?: true; verifyWith?: string }) => {
      const given = verifyWith === undefined ? {} : { PROXIMA_VERIFY_PASSWORDS_WITH: verifyWith }
      await start(loadConfig({ ...environment, ...given }), json === true)
    })
}

async function start(config: Config, json: boolean): Promise<void> {
  assertOwnFolder(config.databaseUrl)
  const output = standardOutput()
  // Without a listener, an error ends the process: the warnings of Node go there.
  process.stderr.on('error', () => undefined)
  const logger = createLogger({ level: config.logLevel, format: await logFormat(config, json) }, output)
  const ignored = ignoredSignals()
  ignoreSignals(ignored, logger)
  const masterSecret = readMasterSecret(config).value
  const server = await startServer({
    config,
    masterSecret,
    logger,
    lostLogLines: () => output.lost,
    clock: systemClock,
    onLostWrites: (error) => stopAtOnce(error, logger),
    onListening: (listening) => shutDownOnSignal(listening, config, { logger, ignored }),
  })
  giveMemoryBack()
  // Someone who tries the server out reads the terminal, even if the logs are for a program.
  if (config.env === 'development' && !json) output.write(welcome(config, server))
}

// Not even the database is closed: that would copy what may not be on the disk over what is. A supervisor starts the
// server again, which writes the log of SQLite again first.
function stopAtOnce(error: Error, logger: Logger): void {
  logger.fatal(
    { err: error },
    'the disk failed to store data; stopping at once, because a second attempt could report success without storing it',
  )
  process.exit(exitCodes.failed)
}

/**
 * The start needs some 20 MB that the server does not need again, and V8 would keep them until there are many requests.
 * Takes less than a tenth of a second, before anyone knows that the server listens. Needs the option --expose-gc.
 */
function giveMemoryBack(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

async function logFormat({ logFormat }: Config, json: boolean): Promise<PrettyFormat | 'json'> {
  const isPretty = logFormat === 'auto' ? process.stdout.isTTY : logFormat === 'pretty'
  if (json || !isPretty) return 'json'
  const { prettyFormat } = await import('../platform/http/pretty-log.ts')
  return prettyFormat
}
