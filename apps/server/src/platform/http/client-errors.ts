import { randomUUIDv7 } from 'node:crypto'
import { type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger } from 'pino'
import { Failure, type Problem } from '../kernel/failures.ts'
import { headersTooLarge, malformedRequest, requestTimeout, tooLarge } from '../kernel/problems.ts'
import { boundRest } from './drop-rest.ts'
import type { SecurityHeaders } from './headers.ts'
import { problemBody, problemMediaType, statusByKind } from './problem.ts'
import type { Timeouts } from './timeouts.ts'
import { untilClosed } from './until-closed.ts'

export interface ClientErrorOptions {
  readonly publicUrl: () => string
  readonly headers: SecurityHeaders
  readonly logger: Logger
  readonly timeouts: Timeouts
}

/** The errors of Node that are the fault of a request, and their problems. Every other `HPE_` code is malformed HTTP. */
const problems: Readonly<Record<string, Problem>> = {
  ERR_HTTP_REQUEST_TIMEOUT: requestTimeout,
  HPE_HEADER_OVERFLOW: headersTooLarge,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: tooLarge,
}

/**
 * Answers bytes that are not a request. No request exists, so the answer is written to the connection, which is closed.
 * There is no answer that a client could take for that to another request (RFC 9110 §15.5.9, RFC 9112 §9.5): none on a
 * connection that a browser or a proxy holds in reserve, and none before or after that to a request of the connection.
 */
export class ClientErrors {
  readonly #options: ClientErrorOptions
  /** The response to the latest request of each connection. */
  readonly #latest = new WeakMap<Socket, ServerResponse>()

  constructor(options: ClientErrorOptions) {
    this.#options = options
  }

  watch(server: Server): void {
    server.on('request', ({ socket }, response) => this.#latest.set(socket, response))
  }

  readonly handle = (error: NodeJS.ErrnoException, socket: Socket): void => {
    const problem = problemOf(error)
    if (problem === null || socket.bytesRead === 0) socket.destroy()
    else if (socket.writable) this.#refuse(socket, problem)
  }

  #refuse(socket: Socket, problem: Problem): void {
    const response = this.#latest.get(socket)
    if (response === undefined || isOver(response) || isBroken(response, socket)) {
      write(socket, problem, this.#options)
      return
    }
    if (!response.headersSent) response.setHeader('connection', 'close')
    untilClosed(response.req, response, () => socket.destroySoon())
  }
}

function problemOf({ code = '' }: NodeJS.ErrnoException): Problem | null {
  return problems[code] ?? (code.startsWith('HPE_') ? malformedRequest : null)
}

/** The request has arrived as a whole and is answered. What follows it belongs to no request. */
function isOver({ req, writableFinished }: ServerResponse): boolean {
  return req.complete && writableFinished
}

/** The request itself cannot be read to its end, it is not answered yet, and no other answer is due before. */
function isBroken({ req, headersSent, socket: ownSocket }: ServerResponse, socket: Socket): boolean {
  return !req.complete && !headersSent && ownSocket === socket
}

function write(socket: Socket, problem: Problem, options: ClientErrorOptions): void {
  const { publicUrl, headers, logger, timeouts } = options
  const status = statusByKind[problem.kind]
  const requestId = randomUUIDv7()
  const body = problemBody(new Failure(problem), { publicUrl: publicUrl(), requestId })
  const lines = Object.entries({
    ...headers,
    'x-request-id': requestId,
    'content-type': problemMediaType,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`)
  // The client may still be sending, and can then read the answer.
  boundRest(socket, { timeouts, isOver: () => false })
  logger.info({ request_id: requestId, method: null, route: null, status, code: problem.code }, 'request')
}
