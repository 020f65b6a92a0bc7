import type { FastifyInstance } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest } from '../kernel/problems.ts'
import { timesSent } from './raw-headers.ts'

/** Handles the requests that Node would refuse by itself with a bare status, so that they get an ordinary answer. */
export function overrideNodeRefusals(app: FastifyInstance): void {
  // A server may ignore an unknown expectation (RFC 9110 §10.1.1).
  app.server.on('checkExpectation', (request, response) => app.routing(request, response))
  app.addHook('onRequest', ({ raw }, { raw: response }, done) => {
    const hosts = timesSent(raw, 'host')
    // If there are two, a proxy may have read the other one (RFC 9112 §3.2).
    if (hosts === 1 || (hosts === 0 && raw.httpVersion === '1.0')) return done()
    response.setHeader('connection', 'close')
    done(new Failure(malformedRequest, { detail: 'Send exactly one Host header.' }))
  })
}
