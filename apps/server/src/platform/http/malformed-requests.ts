import { randomUUIDv7 } from 'node:crypto'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest } from '../kernel/problems.ts'
import type { SecurityHeaders } from './headers.ts'
import { problemBody, problemMediaType } from './problem.ts'
import { timesSent } from './raw-headers.ts'

export interface MalformedRequestOptions {
  readonly publicUrl: () => string
  readonly headers: SecurityHeaders
  readonly logger: Logger
}

/** Answers bytes that are not HTTP. No request exists, so the answer is written to the connection, which is closed. */
export function answerMalformedRequests({ publicUrl, headers, logger }: MalformedRequestOptions) {
  return (_error: Error, socket: Socket): void => {
    if (!socket.writable) return
    const requestId = randomUUIDv7()
    const body = problemBody(new Failure(malformedRequest), { publicUrl: publicUrl(), requestId })
    const lines = Object.entries({
      ...headers,
      'x-request-id': requestId,
      'content-type': problemMediaType,
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    }).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.end(`HTTP/1.1 400 Bad Request\r\n${lines.join('')}\r\n${body}`)
    const { code } = malformedRequest
    logger.info({ request_id: requestId, method: null, route: null, status: 400, code }, 'request')
  }
}

/** Handles the requests that Node would refuse by itself with a bare status, so that they get an ordinary answer. */
export function overrideNodeRefusals(app: FastifyInstance): void {
  // A server may ignore an unknown expectation (RFC 9110 §10.1.1).
  app.server.on('checkExpectation', (request, response) => app.routing(request, response))
  app.addHook('onRequest', ({ raw }, reply, done) => {
    const hosts = timesSent(raw, 'host')
    // If there are two, a proxy may have read the other one (RFC 9112 §3.2).
    if (hosts === 1 || (hosts === 0 && raw.httpVersion === '1.0')) return done()
    void reply.header('connection', 'close')
    done(new Failure(malformedRequest, { detail: 'Send exactly one Host header.' }))
  })
}
