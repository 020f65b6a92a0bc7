import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { digestSecret } from '../crypto/digests.ts'
import { Failure, type Problem } from '../kernel/failures.ts'
import type { LimitPolicy } from '../kernel/limiter.ts'
import type { Principal } from '../kernel/principal.ts'
import { invalidToken, malformedRequest, unauthenticated } from '../kernel/problems.ts'
import type { Span } from '../kernel/tracing.ts'
import { timesSent } from './raw-headers.ts'
import { assertSameOrigin } from './same-origin.ts'
import { readSessionCookie } from './session-cookie.ts'

/**
 * Who may call a route: anybody; anybody, who is known by a credential that holds; anybody who is signed in; or who has
 * the token for metrics where there is one.
 */
export type Access = 'public' | 'optional' | 'user' | 'metrics'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route that does not say who may call it stops the server from starting. */
    access?: Access
    /** How often one client may call it. */
    limit?: LimitPolicy
    /** Asked by machines every few seconds, and so not worth a trace. */
    isProbe?: true
    /** What this route may answer beside its success; documented in the OpenAPI text. */
    problems?: readonly Problem[]
  }
  interface FastifyRequest {
    principal: Principal | null
    /** Why a credential was not taken, on a route for anybody. */
    credentialFailure: Failure | null
    /** Where the request came from; behind configured proxies, from before them. */
    clientAddress: string
    /** Null where it is not traced. */
    span: Span | null
  }
  interface FastifyReply {
    /** Set on a refusal, for the log. */
    problemCode: string | null
  }
}

/** Says whose credential it is, or throws `invalid_token`, `token_expired` or `unavailable`. */
export type Authenticate = (credential: string) => Promise<Principal>

export interface Guard {
  readonly authenticate: Authenticate
  readonly publicUrl: () => string
  /** Null where anybody may read the metrics. */
  readonly metricsToken: string | null
}

export function guardRoutes(app: FastifyInstance, { authenticate, publicUrl, metricsToken }: Guard): void {
  app.decorateRequest('principal', null)
  app.decorateRequest('credentialFailure', null)
  requireAccess(app)
  app.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config
    if (request.is404 || access === 'public') return
    if (access === 'metrics') return assertHas(metricsToken, request)
    try {
      request.principal = await authenticate(readCredential(request, publicUrl()))
    } catch (error) {
      const isUnknown = error instanceof Failure && error.problem.kind === 'unauthenticated'
      if (access !== 'optional' || !isUnknown) throw error
      request.credentialFailure = error
    }
  })
}

// Digests, since they are equally long: how long the comparison takes tells nothing of the token (ASVS 11.2.4).
function assertHas(token: string | null, request: FastifyRequest): void {
  if (token === null) return
  const [given, wanted] = [readBearer(request), token].map((each) => Buffer.from(digestSecret(each)))
  if (given === undefined || wanted === undefined || !timingSafeEqual(given, wanted))
    throw new Failure(invalidToken)
}

/** The caller of a route that is not public. */
export function currentUser(request: FastifyRequest): Principal {
  if (request.principal === null) throw new Failure(unauthenticated)
  return request.principal
}

// Judged when all plugins have had their say, and before the first request.
function requireAccess(app: FastifyInstance): void {
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => {
    routes.push(route)
  })
  app.addHook('onReady', async () => {
    const silent = routes.find(({ config }) => config?.access === undefined)
    if (silent) throw new Error(`route ${String(silent.method)} ${silent.url} does not say who may call it`)
  })
}

// Never from the URL: a credential there ends up in histories and logs (RFC 9700 §4.3.2). Who sends a header means it;
// the cookie comes along unasked, so that what changes something must come from a page of ours.
function readCredential(request: FastifyRequest, publicUrl: string): string {
  if (request.headers.authorization !== undefined) return readBearer(request)
  const code = readSessionCookie(request)
  if (code === null) throw new Failure(unauthenticated)
  if (!safeMethods.has(request.method)) assertSameOrigin(request, { publicUrl, unstated: 'refused' })
  return code
}

/** They change nothing (RFC 9110 §9.2.1). */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

function readBearer({ raw, headers }: FastifyRequest): string {
  if (timesSent(raw, 'authorization') > 1)
    throw new Failure(malformedRequest, { detail: 'Send one Authorization header, not several.' })
  const [scheme, credential, ...rest] = (headers.authorization ?? '').trim().split(/ +/)
  if (scheme?.toLowerCase() !== 'bearer' || credential === undefined || rest.length > 0)
    throw new Failure(unauthenticated)
  return credential
}
