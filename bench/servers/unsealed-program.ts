import { startServer } from '../../apps/server/src/app/server.ts'
import { shutDownOnSignal } from '../../apps/server/src/app/shutdown.ts'
import { environment } from '../../apps/server/src/platform/config/environment.ts'
import { loadConfig } from '../../apps/server/src/platform/config/load-config.ts'
import { readMasterSecret } from '../../apps/server/src/platform/config/master-secret.ts'
import { standardOutput } from '../../apps/server/src/platform/http/log-output.ts'
import { createLogger } from '../../apps/server/src/platform/http/logging.ts'
import { systemClock } from '../../apps/server/src/platform/kernel/clock.ts'

/** Starts the server like `proxima start`, but without the chain of the audit trail: it records events and seals none. */
const config = loadConfig(environment)
const logger = createLogger({ level: config.logLevel, format: 'json' }, standardOutput())
const server = await startServer({
  config,
  masterSecret: readMasterSecret(config).value,
  logger,
  clock: systemClock,
  onLostWrites: () => process.exit(1),
  seals: false,
})
shutDownOnSignal(server, config, { logger, ignored: [] })
