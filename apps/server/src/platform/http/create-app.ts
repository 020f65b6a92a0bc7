import { randomUUIDv7 } from 'node:crypto'
import type { Socket } from 'node:net'
import cors from '@fastify/cors'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { Logger } from 'pino'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest } from '../kernel/problems.ts'
import { type Authenticate, guardRoutes } from './access.ts'
import type { App } from './app.ts'
import { answerFrameworkError, answerProblems } from './errors.ts'
import { setHeaders } from './headers.ts'
import { acceptJsonOnly } from './json-body.ts'
import { logRequests } from './logging.ts'
import { refuseOtherMethods, watchMethods } from './methods.ts'
import { addReference, describeApi } from './openapi.ts'
import { problemBody, problemMediaType } from './problem.ts'

export interface AppOptions {
  readonly logger: Logger
  readonly authenticate: Authenticate
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
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    return503OnClosing: false,
    ajv: {
      customOptions: { allErrors: true, removeAdditional: false, coerceTypes: false, useDefaults: false },
    },
    frameworkErrors: answerFrameworkError(publicUrl),
    clientErrorHandler: (_error, socket) => refuseUnreadable(socket, publicUrl()),
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.server.headersTimeout = headersTimeoutMs

  setHeaders(app, options)
  logRequests(app)
  acceptJsonOnly(app)
  answerProblems(app, publicUrl)
  guardRoutes(app, options.authenticate)
  const methods = watchMethods(app)
  if (options.corsOrigins.length > 0) await allowOrigins(app, options.corsOrigins)
  const problems = await describeApi(app, options)
  await addRoutes(app)
  refuseOtherMethods(app, methods)
  await addReference(app, problems)
  return app
}

// Closed unless origins are named, and then to these exactly (ASVS 3.4.2). Credentials are bearer tokens, which a
// browser never adds by itself, so no origin is allowed to send cookies.
async function allowOrigins(app: App, origins: readonly string[]): Promise<void> {
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['x-request-id', 'retry-after', 'www-authenticate'],
    maxAge: 600,
    strictPreflight: false,
  })
}

// What is not HTTP has no request to answer; the refusal is written to the connection, which is then closed.
function refuseUnreadable(socket: Socket, publicUrl: string): void {
  if (!socket.writable) return
  const body = problemBody(new Failure(malformedRequest), { publicUrl, requestId: randomUUIDv7() })
  const head = [
    'HTTP/1.1 400 Bad Request',
    `content-type: ${problemMediaType}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`${head.join('\r\n')}\r\nconnection: close\r\n\r\n${body}`)
}
