import type { Logger } from 'pino'
import { contractRoutes, shareNativeRoutes } from '../features/integration/contracts/routes.ts'
import { notFoundPageOf } from '../features/pages/frame/hosted-pages.ts'
import type { Config } from '../platform/config/load-config.ts'
import type { App } from '../platform/http/app.ts'
import { createApp } from '../platform/http/create-app.ts'
import type { Metrics } from '../platform/http/metrics.ts'
import type { Timeouts } from '../platform/http/timeouts.ts'
import type { Clock } from '../platform/kernel/clock.ts'
import type { OwnPermission } from '../platform/kernel/permission.ts'
import { type Caller, hasSession, isProgram } from '../platform/kernel/principal.ts'
import { isRecent } from '../platform/kernel/time-bounds.ts'
import type { Tracing } from '../platform/kernel/tracing.ts'
import { authenticateWith } from './authenticate.ts'
import { featureRoutes } from './feature-routes.ts'
import { mustVerify } from './must-verify.ts'
import { hostedPagesOptions } from './page-routes.ts'
import type { PublicUrl } from './public-url.ts'
import type { Readiness } from './readiness.ts'
import { recordRefusedRequests } from './refused-requests.ts'
import { systemRoutes } from './system-routes.ts'
import { version } from './version.ts'
import type { Services } from './wire.ts'

export interface BuildAppOptions {
  readonly config: Config
  readonly services: Services
  readonly readiness: Readiness
  readonly publicUrl: PublicUrl
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly tracing: Tracing | null
  readonly timeouts?: Timeouts
}

export async function buildApp({
  config,
  services,
  readiness,
  publicUrl: { get: publicUrl },
  clock,
  logger,
  metrics,
  tracing,
  timeouts,
}: BuildAppOptions): Promise<App> {
  const { contracts } = services
  const pages = hostedPagesOptions(config, services, publicUrl)
  const shared = {
    ...config,
    logger,
    publicUrl,
    clock,
    version,
    isHttps: config.publicUrl?.startsWith('https:') ?? false,
    authenticate: authenticateWith(services),
    authenticateEnrolment: (credential: string) => services.sessions.principalByEnrolment(credential),
    mustVerify: ({ account }: Caller) => mustVerify(config, account),
    permits: ({ permissions }: Caller, permission: OwnPermission) => permissions.includes(permission),
    // A program proves only that it has a secret, and keeps it in a file. So does one to which a person signed in.
    isFresh: (caller: Caller) =>
      hasSession(caller) &&
      caller.impersonator === null &&
      !isProgram(caller) &&
      caller.clientId === null &&
      isRecent(caller.authentication.authenticatedAt, clock.now(), config.freshSessionSeconds * 1_000),
    limiter: services.limiter,
    work: services.proofOfWork,
    tracing,
    notFoundPage: notFoundPageOf(pages),
    otherApis: contracts.map(({ api }) => api),
    ...(timeouts && { timeouts }),
  }
  return await createApp(shared, async (app) => {
    metrics.observeRequests(app)
    shareNativeRoutes(app, contracts)
    await app.register(async (features) => {
      features.addHook('onRequest', (_request, _reply, done) => {
        readiness.assertPrepared()
        done()
      })
      recordRefusedRequests(features, { ...services, logger })
      featureRoutes(features, { clock, config, services, publicUrl, pages })
      contractRoutes(features, contracts)
    })
    systemRoutes(app, { readiness, publicUrl, securityContact: config.securityContact, clock, metrics })
  })
}
