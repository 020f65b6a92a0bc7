import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { Failure, type Problem } from '../kernel/failures.ts'
import type { LimitPolicy } from '../kernel/limiter.ts'
import type { Principal } from '../kernel/principal.ts'
import { malformedRequest, unauthenticated } from '../kernel/problems.ts'
import { timesSent } from './raw-headers.ts'

/** Who may call a route: anybody, or anybody who is signed in. */
export type Access = 'public' | 'user'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route that does not say who may call it stops the server from starting. */
    access?: Access
    /** How often one client may call it. */
    limit?: LimitPolicy
    /** What this route may answer beside its success; documented in the OpenAPI text. */
    problems?: readonly Problem[]
  }
  interface FastifyRequest {
    principal: Principal | null
    /** Where the request came from; behind configured proxies, from before them. */
    clientAddress: string
  }
  interface FastifyReply {
    /** Set on a refusal, for the log. */
    problemCode: string | null
  }
}

/** Says whose credential it is, or throws `invalid_token`, `token_expired` or `unavailable`. */
export type Authenticate = (credential: string) => Promise<Principal>

export function guardRoutes(app: FastifyInstance, authenticate: Authenticate): void {
  app.decorateRequest('principal', null)
  requireAccess(app)
  app.addHook('onRequest', async (request) => {
    if (!request.is404 && request.routeOptions.config.access !== 'public')
      request.principal = await authenticate(readCredential(request))
  })
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

// Only the header is read: a credential in a URL ends up in histories and logs (RFC 9700 §4.3.2).
function readCredential({ raw, headers }: FastifyRequest): string {
  if (timesSent(raw, 'authorization') > 1)
    throw new Failure(malformedRequest, { detail: 'Send one Authorization header, not several.' })
  const [scheme, credential, ...rest] = (headers.authorization ?? '').trim().split(/ +/)
  if (scheme?.toLowerCase() !== 'bearer' || credential === undefined || rest.length > 0)
    throw new Failure(unauthenticated)
  return credential
}
