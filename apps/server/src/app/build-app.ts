import type { Logger } from 'pino'
import { loginRoutes } from '../features/authentication/login/routes.ts'
import { registrationRoutes } from '../features/authentication/registration/routes.ts'
import { outboxRoutes } from '../features/messages/outbox/routes.ts'
import { credentialsRoutes } from '../features/self-service/credentials/routes.ts'
import { deletionsRoutes } from '../features/self-service/deletions/routes.ts'
import { exportRoutes } from '../features/self-service/export/routes.ts'
import { keysRoutes } from '../features/session-management/keys/routes.ts'
import { sessionsRoutes } from '../features/session-management/sessions/routes.ts'
import { accountsRoutes } from '../features/users/accounts/routes.ts'
import { picturesRoutes } from '../features/users/pictures/routes.ts'
import { profilesRoutes } from '../features/users/profiles/routes.ts'
import type { Config } from '../platform/config/load-config.ts'
import type { App } from '../platform/http/app.ts'
import { createApp } from '../platform/http/create-app.ts'
import type { Metrics } from '../platform/http/metrics.ts'
import type { Clock } from '../platform/kernel/clock.ts'
import type { Tracing } from '../platform/kernel/tracing.ts'
import { authenticateWith } from './current-user.ts'
import type { PublicAddress } from './public-address.ts'
import type { Readiness } from './readiness.ts'
import { systemRoutes } from './system-routes.ts'
import { version } from './version.ts'
import type { Services } from './wire.ts'

export interface BuildAppOptions {
  readonly config: Config
  readonly services: Services
  readonly readiness: Readiness
  readonly publicAddress: PublicAddress
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly tracing: Tracing | null
}

export async function buildApp({
  config,
  services,
  readiness,
  publicAddress,
  clock,
  logger,
  metrics,
  tracing,
}: BuildAppOptions): Promise<App> {
  const publicUrl = publicAddress.get
  const shared = {
    ...config,
    logger,
    publicUrl,
    version,
    isHttps: config.publicUrl?.startsWith('https:') ?? false,
    authenticate: authenticateWith(services),
    // No role grants a permission yet.
    permits: () => false,
    limiter: services.limiter,
    tracing,
  }
  return await createApp(shared, async (app) => {
    metrics.observeRequests(app)
    await app.register(async (features) => {
      features.addHook('onRequest', async () => readiness.assertPrepared())
      registrationRoutes(features, services)
      loginRoutes(features, { ...services, publicUrl })
      accountsRoutes(features, services)
      credentialsRoutes(features, services)
      sessionsRoutes(features, services)
      picturesRoutes(features, { ...services, ...config })
      profilesRoutes(features, services)
      deletionsRoutes(features, services)
      exportRoutes(features, { ...services, serviceName: config.serviceName })
      keysRoutes(features, services)
      if (config.env === 'development') outboxRoutes(features, services)
    })
    systemRoutes(app, { readiness, publicUrl, securityContact: config.securityContact, clock, metrics })
  })
}
