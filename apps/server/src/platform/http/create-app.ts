import { randomUUIDv7 } from 'node:crypto'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { Logger } from 'pino'
import type { Clock } from '../kernel/clock.ts'
import type { Limiter } from '../kernel/limiter.ts'
import type { OtherApi } from '../kernel/other-api.ts'
import type { Caller } from '../kernel/principal.ts'
import type { ProofOfWork } from '../kernel/proof-of-work.ts'
import type { Tracing } from '../kernel/tracing.ts'
import { type Authenticate, guardRoutes, type Permits } from './access.ts'
import type { App } from './app.ts'
import { readClientAddresses } from './client-address.ts'
import { ClientErrors } from './client-errors.ts'
import { refuseEncodedBodies } from './content-encoding.ts'
import { allowOrigins } from './cors.ts'
import { boundUnreadBodies } from './drop-rest.ts'
import { answerFrameworkError, answerProblems, type NotFoundPage } from './errors.ts'
import { FieldAdvice } from './field-advice.ts'
import { nameEveryField } from './field-rules.ts'
import { securityHeaders, setHeaders, sharePublicDocuments } from './headers.ts'
import { addHome } from './home.ts'
import { acceptJsonOnly } from './json-body.ts'
import { compileSchemasLate } from './late-schemas.ts'
import { logRequests } from './logging.ts'
import { overrideNodeRefusals } from './malformed-requests.ts'
import { refuseOtherMethods, watchMethods } from './methods.ts'
import { acceptMissingBodies } from './missing-body.ts'
import { addDocument, describeApi } from './openapi.ts'
import { allowEveryOrigin, OtherApis } from './other-apis.ts'
import { addStylesheet } from './pages.ts'
import { addProblemPages } from './problem-pages.ts'
import { requireWork } from './proof-of-work.ts'
import { addReference } from './reference/routes.ts'
import { limitRoutes } from './route-limits.ts'
import { defaultTimeouts, type Timeouts } from './timeouts.ts'
import { traceRequests } from './traces.ts'

export interface AppOptions {
  readonly logger: Logger
  readonly authenticate: Authenticate
  readonly permits: Permits
  readonly isFresh: (caller: Caller) => boolean
  readonly authenticateEnrolment: (credential: string) => Promise<Caller>
  readonly mustVerify: (caller: Caller) => boolean
  readonly metricsToken: string | null
  /** The key with which programs of the operator sign; null if there is none. */
  readonly webhookSecret: Uint8Array | null
  readonly clock: Clock
  /** Null if requests are not traced. */
  readonly tracing: Tracing | null
  readonly limiter: Limiter
  readonly networkLimitFactor: number
  /** Null if no call ever needs proof of work. */
  readonly work?: ProofOfWork | null
  readonly publicUrl: () => string
  readonly isHttps: boolean
  readonly serviceName: string
  readonly version: string
  readonly bodySizeMaxBytes: number
  readonly trustedProxies: readonly string[]
  readonly corsOrigins: readonly string[]
  /** What some of the paths speak besides the API of this server. */
  readonly otherApis?: readonly OtherApi[]
  /** For a person who opens an address that does not exist. */
  readonly notFoundPage?: NotFoundPage
  /** Tests use shorter ones. */
  readonly timeouts?: Timeouts
}

/** Creates the server with everything that all routes share. `addRoutes` adds the routes. */
export async function createApp(options: AppOptions, addRoutes: (app: App) => Promise<void>): Promise<App> {
  const { logger, publicUrl, timeouts = defaultTimeouts } = options
  const headers = securityHeaders(options)
  const otherApis = new OtherApis(options.otherApis ?? [])
  // The log line of a request has no member to redact, and searching for one takes longer than everything else. Without
  // the type, Fastify would give routes the type of pino, which no other function expects.
  const loggerInstance: FastifyBaseLogger = logger.child({}, { redact: [] })
  const clientErrors = new ClientErrors({ publicUrl, headers, logger, timeouts })
  const app: App = Fastify({
    // Bodies are judged by their progress instead.
    requestTimeout: 0,
    connectionTimeout: timeouts.silence,
    keepAliveTimeout: timeouts.keepAlive,
    loggerInstance,
    // Without the options that Fastify would pass on, none of which a route has: with them it takes twice as long.
    childLoggerFactory: (parent, bindings) => parent.child(bindings),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    // Never taken from the request: a caller could write anything into the log.
    requestIdHeader: false,
    genReqId: () => randomUUIDv7(),
    bodyLimit: options.bodySizeMaxBytes,
    return503OnClosing: false,
    http: {
      requireHostHeader: false,
      headersTimeout: timeouts.headers,
      connectionsCheckingInterval: timeouts.check,
    },
    frameworkErrors: answerFrameworkError({ ...options, headers, timeouts, otherApis }),
    clientErrorHandler: clientErrors.handle,
  }).withTypeProvider<TypeBoxTypeProvider>()

  compileSchemasLate(app)
  clientErrors.watch(app.server)
  app.decorate('timeouts', timeouts)
  setHeaders(app, headers)
  sharePublicDocuments(app)
  readClientAddresses(app, options.trustedProxies)
  app.decorateRequest('span', null)
  app.decorateRequest('reading', null)
  if (options.tracing !== null) traceRequests(app, options.tracing, publicUrl)
  logRequests(app)
  boundUnreadBodies(app, timeouts)
  overrideNodeRefusals(app)
  acceptMissingBodies(app)
  refuseEncodedBodies(app)
  acceptJsonOnly(app)
  const advice = new FieldAdvice()
  advice.watch(app)
  answerProblems(app, { ...options, otherApis, advice })
  nameEveryField(app, advice)
  if (!otherApis.isEmpty) allowEveryOrigin(app, otherApis)
  // Before the guard, so that a script of an allowed origin can read a refusal.
  if (options.corsOrigins.length > 0) await allowOrigins(app, options.corsOrigins)
  limitRoutes(app, options)
  if (options.work) requireWork(app, options.work)
  guardRoutes(app, options)
  const methods = watchMethods(app)
  const description = describeApi(app, options)
  await addRoutes(app)
  addDocument(app, description)
  addProblemPages(app, description.problems, options)
  addReference(app, description, options)
  addHome(app, options)
  addStylesheet(app)
  refuseOtherMethods(app, methods)
  return app
}
