import type { FastifyInstance } from 'fastify'

const always = {
  'x-content-type-options': 'nosniff',
  // Nothing that this API answers is a document of its own (ASVS 3.4.3, 3.4.6); pages set their own policy.
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
}

const twoYearsSeconds = 63_072_000

export type SecurityHeaders = Readonly<Record<string, string>>

/** What every answer bears, whoever writes it. */
export function securityHeaders({ isHttps }: { isHttps: boolean }): SecurityHeaders {
  // Over plain http the header has no meaning (RFC 6797 §7.2).
  return isHttps ? { ...always, 'strict-transport-security': `max-age=${twoYearsSeconds}` } : always
}

export function setHeaders(app: FastifyInstance, headers: SecurityHeaders): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id)
    // Accounts and tokens are nobody else's business, shared caches included (RFC 9111 §5.2.2.5, ASVS 14.3.2).
    if (request.routeOptions.url?.startsWith('/v1/')) reply.header('cache-control', 'no-store')
    done()
  })
}
