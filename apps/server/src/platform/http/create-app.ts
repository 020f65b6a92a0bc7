import { randomUUIDv7 } from 'node:crypto'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { Logger } from 'pino'
import type { Limiter } from '../kernel/limiter.ts'
import type { Tracing } from '../kernel/tracing.ts'
import { type Authenticate, guardRoutes, type Permits } from './access.ts'
import type { App } from './app.ts'
import { readClientAddresses } from './client-address.ts'
import { allowOrigins } from './cors.ts'
import { answerFrameworkError, answerProblems } from './errors.ts'
import { securityHeaders, setHeaders } from './headers.ts'
import { addHome } from './home.ts'
import { acceptJsonOnly } from './json-body.ts'
import { logRequests } from './logging.ts'
import { answerMalformedRequests, overrideNodeRefusals } from './malformed-requests.ts'
import { refuseOtherMethods, watchMethods } from './methods.ts'
import { acceptMissingBodies } from './missing-body.ts'
import { addDocument, describeApi } from './openapi.ts'
import { addStylesheet } from './pages.ts'
import { addProblemPages } from './problem-pages.ts'
import { limitRoutes } from './rate-limits.ts'
import { addReference } from './reference/routes.ts'
import { traceRequests } from './traces.ts'

export interface AppOptions {
  readonly logger: Logger
  readonly authenticate: Authenticate
  readonly permits: Permits
  readonly metricsToken: string | null
  /** Null if requests are not traced. */
  readonly tracing: Tracing | null
  readonly limiter: Limiter
  readonly networkLimitFactor: number
  readonly publicUrl: () => string
  readonly isHttps: boolean
  readonly serviceName: string
  readonly version: string
  readonly bodySizeMaxBytes: number
  readonly trustedProxies: readonly string[]
  readonly corsOrigins: readonly string[]
  /** Tests use shorter ones. */
  readonly timeouts?: Timeouts
}

/** How long a client may hold a connection open (ASVS 13.1.3), in milliseconds. */
export interface Timeouts {
  /** For the headers of a request, and for the whole request. */
  readonly headers: number
  readonly request: number
  /** How long no byte may arrive or leave: during a request, and between requests. */
  readonly silence: number
  readonly keepAlive: number
  /** How often the first two are checked. The default of Node is every 30 seconds. */
  readonly check: number
}

// Bytes that have arrived but wait until a busy server reads them also count as late, so the first timeout is not
// shorter.
const defaultTimeouts: Timeouts = {
  headers: 20_000,
  request: 30_000,
  silence: 60_000,
  keepAlive: 72_000,
  check: 2_000,
}

/** Creates the server with everything that all routes share. `addRoutes` adds the routes. */
export async function createApp(options: AppOptions, addRoutes: (app: App) => Promise<void>): Promise<App> {
  const { logger, publicUrl, timeouts = defaultTimeouts } = options
  const headers = securityHeaders(options)
  // The log line of a request has no member to redact, and searching for one takes longer than everything else. Without
  // the type, Fastify would give routes the type of pino, which no other function expects.
  const loggerInstance: FastifyBaseLogger = logger.child({}, { redact: [] })
  const app: App = Fastify({
    requestTimeout: timeouts.request,
    connectionTimeout: timeouts.silence,
    keepAliveTimeout: timeouts.keepAlive,
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    // Never taken from the request: a caller could write anything into the log.
    requestIdHeader: false,
    genReqId: () => randomUUIDv7(),
    bodyLimit: options.bodySizeMaxBytes,
    return503OnClosing: false,
    ajv: {
      customOptions: { allErrors: true, removeAdditional: false, coerceTypes: false, useDefaults: false },
    },
    http: {
      requireHostHeader: false,
      headersTimeout: timeouts.headers,
      connectionsCheckingInterval: timeouts.check,
    },
    frameworkErrors: answerFrameworkError(publicUrl, headers),
    clientErrorHandler: answerMalformedRequests({ publicUrl, headers, logger }),
  }).withTypeProvider<TypeBoxTypeProvider>()

  setHeaders(app, headers)
  readClientAddresses(app, options.trustedProxies)
  app.decorateRequest('span', null)
  if (options.tracing !== null) traceRequests(app, options.tracing, publicUrl)
  logRequests(app)
  overrideNodeRefusals(app)
  acceptMissingBodies(app)
  acceptJsonOnly(app)
  answerProblems(app, publicUrl)
  // Before the guard, so that a script of an allowed origin can read a refusal.
  if (options.corsOrigins.length > 0) await allowOrigins(app, options.corsOrigins)
  limitRoutes(app, options)
  guardRoutes(app, options)
  const methods = watchMethods(app)
  const problems = await describeApi(app, options)
  await addRoutes(app)
  addDocument(app)
  addProblemPages(app, problems, options)
  addReference(app, options)
  addHome(app, options)
  addStylesheet(app)
  refuseOtherMethods(app, methods)
  return app
}
