import type { FastifyInstance, FastifyReply } from 'fastify'

/** How long any cache may keep the successful answer of a route. */
export interface CachePolicy {
  readonly maxAgeSeconds: number
  /** The content of the address never changes, so that caches need not ask (RFC 8246). */
  readonly isImmutable?: boolean
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Without it, no cache keeps an answer of the route. */
    cache?: CachePolicy
    /** What the page of the route may load. Without it, the page may load nothing. */
    contentSecurityPolicy?: string
    /** The same for everyone, and readable by the scripts of every origin: keys and documentation. */
    isPublicDocument?: true
  }
}

/**
 * The headers of every answer unless its route declares otherwise. Accounts and tokens are only for their owner, so no
 * cache keeps them (RFC 9111 §5.2.2.5, ASVS 14.3.2). An answer is not a document: it loads nothing, and no page may
 * frame it (ASVS 3.4.3, 3.4.6).
 */
const strict = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

const always = {
  ...strict,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
}

const twoYearsSeconds = 63_072_000

export type SecurityHeaders = Readonly<Record<string, string>>

/** The headers that every answer has, including the answers that no route writes. */
export function securityHeaders({ isHttps }: { isHttps: boolean }): SecurityHeaders {
  // Over plain http the header has no meaning (RFC 6797 §7.2).
  return isHttps ? { ...always, 'strict-transport-security': `max-age=${twoYearsSeconds}` } : always
}

export function setHeaders(app: FastifyInstance, headers: SecurityHeaders): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { cache, contentSecurityPolicy } = request.routeOptions.config
    reply.headers(headers).header('x-request-id', request.id)
    if (cache !== undefined) reply.header('cache-control', cacheControlOf(cache))
    if (contentSecurityPolicy !== undefined) reply.header('content-security-policy', contentSecurityPolicy)
    done()
  })
}

function cacheControlOf({ maxAgeSeconds, isImmutable = false }: CachePolicy): string {
  return `public, max-age=${maxAgeSeconds}${isImmutable ? ', immutable' : ''}`
}

/**
 * Lets the scripts of every origin read public documents. It runs last, so that it holds for refusals too, and whichever
 * origins are configured: what is the same for everyone is not a secret.
 */
export function sharePublicDocuments(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (request.routeOptions.config.isPublicDocument === true)
      reply.header('access-control-allow-origin', '*')
    done(null, payload)
  })
}

/** Sets the strict headers again. What a route declares applies to its own answer, not to a refusal. */
export function setStrictHeaders(reply: FastifyReply): void {
  reply.headers(strict)
}
