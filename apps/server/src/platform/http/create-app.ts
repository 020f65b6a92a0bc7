import { randomUUIDv7 } from 'node:crypto'
import cors from '@fastify/cors'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { Logger } from 'pino'
import type { Limiter } from '../kernel/limiter.ts'
import { type Authenticate, guardRoutes } from './access.ts'
import type { App } from './app.ts'
import { readClientAddresses } from './client-address.ts'
import { answerFrameworkError, answerProblems } from './errors.ts'
import { securityHeaders, setHeaders } from './headers.ts'
import { acceptJsonOnly } from './json-body.ts'
import { limitRoutes } from './limits.ts'
import { logRequests } from './logging.ts'
import { refuseOtherMethods, watchMethods } from './methods.ts'
import { addDocument, addReference, describeApi } from './openapi.ts'
import { refuseUnreadable, takeEveryRequest } from './unreadable.ts'

export interface AppOptions {
  readonly logger: Logger
  readonly authenticate: Authenticate
  readonly limiter: Limiter
  readonly publicUrl: () => string
  readonly isHttps: boolean
  readonly serviceName: string
  readonly version: string
  readonly bodySizeMaxBytes: number
  readonly trustedProxies: readonly string[]
  readonly corsOrigins: readonly string[]
}

/** What a client may hold open, and for how long (ASVS 13.1.3). */
const limits = { requestTimeout: 30_000, connectionTimeout: 60_000, keepAliveTimeout: 72_000 }
const headersTimeoutMs = 10_000

/** The server with everything that all routes share; `addRoutes` adds them. */
export async function createApp(options: AppOptions, addRoutes: (app: App) => Promise<void>): Promise<App> {
  const { logger, publicUrl } = options
  const headers = securityHeaders(options)
  // Fastify would else take pino's own type for that of the routes' logger, which no other function expects.
  const loggerInstance: FastifyBaseLogger = logger
  const app: App = Fastify({
    ...limits,
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    // Never taken from the request, or a caller could write what they like into the log.
    requestIdHeader: false,
    genReqId: () => randomUUIDv7(),
    bodyLimit: options.bodySizeMaxBytes,
    return503OnClosing: false,
    ajv: {
      customOptions: { allErrors: true, removeAdditional: false, coerceTypes: false, useDefaults: false },
    },
    http: { requireHostHeader: false },
    frameworkErrors: answerFrameworkError(publicUrl, headers),
    clientErrorHandler: refuseUnreadable({ publicUrl, headers, logger }),
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.server.headersTimeout = headersTimeoutMs

  setHeaders(app, headers)
  readClientAddresses(app, options.trustedProxies)
  logRequests(app)
  takeEveryRequest(app)
  acceptJsonOnly(app)
  answerProblems(app, publicUrl)
  // Before the guard, or else a script of an allowed origin could not read why it was refused.
  if (options.corsOrigins.length > 0) await allowOrigins(app, options.corsOrigins)
  limitRoutes(app, options.limiter)
  guardRoutes(app, options.authenticate)
  const methods = watchMethods(app)
  const problems = await describeApi(app, options)
  await addRoutes(app)
  addDocument(app, problems)
  refuseOtherMethods(app, methods)
  await addReference(app)
  return app
}

// Closed unless origins are named, and then to these exactly (ASVS 3.4.2). Credentials are bearer tokens, which a
// browser never adds by itself, so no origin is allowed to send cookies.
async function allowOrigins(app: App, origins: readonly string[]): Promise<void> {
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['x-request-id', 'retry-after', 'ratelimit', 'ratelimit-policy', 'www-authenticate'],
    maxAge: 600,
    strictPreflight: false,
  })
}
