import type { FastifyInstance } from 'fastify'
import type { Tracing } from '../kernel/tracing.ts'

/** RFC 9110 §9.3 and RFC 5789. A caller can send any other word, which must not become the name of a span. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'])
const traceparentPattern = /^[\da-f]{2}(-[\da-f]+){3}$/

/**
 * Records one span for each request, by the Semantic Conventions for HTTP, but without `url.path`, `user_agent.original`
 * and `client.address`: they contain ids and personal data.
 */
export function traceRequests(app: FastifyInstance, tracing: Tracing, publicUrl: () => string): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { url: route, config } = request.routeOptions
    if (config.isProbe === true) return done()
    const method = methods.has(request.method) ? request.method : '_OTHER'
    const { protocol, hostname } = new URL(publicUrl())
    const span = tracing.beginRequest(route === undefined ? method : `${method} ${route}`, {
      traceparent: traceparentOf(request.headers['traceparent']),
      facts: {
        'http.request.method': method,
        ...(route !== undefined && { 'http.route': route }),
        'url.scheme': protocol.slice(0, -1),
        'server.address': hostname,
        'proxima.request_id': request.id,
      },
    })
    request.span = span
    request.log = request.log.child({ trace_id: span.traceId })
    reply.log = request.log
    span.run(done)
  })
  app.addHook('onResponse', async ({ span }, { statusCode, problemCode }) => {
    span?.set({
      'http.response.status_code': statusCode,
      ...(problemCode !== null && { 'proxima.problem.code': problemCode }),
    })
    span?.end(statusCode >= 500 ? (problemCode ?? String(statusCode)) : undefined)
  })
}

function traceparentOf(header: string | string[] | undefined): string | null {
  return typeof header === 'string' && traceparentPattern.test(header) ? header : null
}
