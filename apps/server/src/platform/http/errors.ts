import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { WrongMasterSecret } from '../crypto/sealing.ts'
import { TransactionConflict } from '../database/faults.ts'
import { Failure } from '../kernel/failures.ts'
import {
  internalError,
  malformedRequest,
  notFound,
  overloaded,
  requestTimeout,
  tooLarge,
  unavailable,
  unsupportedMediaType,
} from '../kernel/problems.ts'
import { allowOrigin } from './cors.ts'
import { boundUnreadBody } from './drop-rest.ts'
import type { AdviseOnField, FieldAdvice } from './field-advice.ts'
import { type SecurityHeaders, setStrictHeaders } from './headers.ts'
import { logRequest } from './logging.ts'
import { isOAuthRequest, oauthErrorBody, oauthStatus } from './oauth-errors.ts'
import { askedRequest, type OtherApis, setOriginHeaders } from './other-apis.ts'
import { pageMediaType } from './pages.ts'
import { problemBody, problemMediaType, statusByKind } from './problem.ts'
import type { Timeouts } from './timeouts.ts'
import { validationFailure } from './validation.ts'

/** Writes the page for a person who opens an address that does not exist, and sets its headers. */
export type NotFoundPage = (request: FastifyRequest, reply: FastifyReply) => string

export interface ProblemOptions extends ErrorFormats {
  readonly notFoundPage?: NotFoundPage
  readonly advice: Pick<FieldAdvice, 'for'>
}

/** What decides in which format a refusal is answered. */
interface ErrorFormats {
  readonly publicUrl: () => string
  readonly otherApis: OtherApis
}

/**
 * Answers every refusal in one format (RFC 9457), or in that of OAuth or of another API. The cause goes to the log, never
 * to the caller.
 */
export function answerProblems(
  app: FastifyInstance,
  { advice, notFoundPage, ...formats }: ProblemOptions,
): void {
  app.decorateReply('problemCode', null)
  app.decorateReply('refusedBy', null)
  app.setErrorHandler((error, request, reply) =>
    send(bodyIsMissing(error, request) ?? asFailure(error, advice.for(request)), request, reply, formats),
  )
  app.setNotFoundHandler({}, (request, reply) => {
    const failure = new Failure(notFound)
    if (notFoundPage === undefined || !isPerson(request) || formats.otherApis.of(request) !== null)
      return send(failure, request, reply, formats)
    noteRefusal(failure, reply)
    setStrictHeaders(reply)
    return reply.code(404).type(pageMediaType).header('vary', 'accept').send(notFoundPage(request, reply))
  })
}

/** A browser asks for a page in its address bar and in links. A program does not (RFC 9110 §12.5.1). */
function isPerson({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true
}

export interface FrameworkErrorOptions extends ErrorFormats {
  readonly headers: SecurityHeaders
  readonly timeouts: Timeouts
  readonly corsOrigins: readonly string[]
}

/** Answers requests that the framework refuses before it looks for a route, and so before any hook runs. */
export function answerFrameworkError(options: FrameworkErrorOptions) {
  const { headers, timeouts, corsOrigins, otherApis } = options
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    void reply.headers({ ...headers, 'x-request-id': request.id })
    allowOrigin(request, reply, corsOrigins)
    setOriginHeaders(request, reply, otherApis)
    void send(asFailure(error), request, reply, options)
    logRequest(request, reply, { route: null, durationMs: 0 })
    boundUnreadBody(request.raw, timeouts)
  }
}

function send(
  failure: Failure,
  request: FastifyRequest,
  reply: FastifyReply,
  formats: ErrorFormats,
): FastifyReply {
  const { status, mediaType, text, headers } = refusalOf(failure, request, formats)
  noteRefusal(failure, reply)
  setRefusalHeaders(reply, failure, status)
  setStrictHeaders(reply)
  void reply.code(status).type(mediaType).headers(headers)
  // As bytes: the framework adds a charset to text, and these media types have none (RFC 8259 §11, RFC 9457 §6.1).
  const body = Buffer.from(text)
  if (failure.problem === requestTimeout) return sendAndClose(reply, body)
  // The framework closes the connection after a body that it has not read as a whole. The client, which may still be
  // sending, would then get a reset instead of the answer. The rest is read and dropped instead.
  if (!reply.raw.hasHeader('connection')) void reply.removeHeader('connection')
  return reply.send(body)
}

/** Logs a refusal, and remembers it for the line of the request and for the audit trail. */
export function noteRefusal(failure: Failure, reply: FastifyReply): void {
  const { problem, cause } = failure
  const status = statusByKind[problem.kind]
  reply.problemCode = problem.code
  reply.refusedBy = failure.refusedBy
  // A server that is overloaded refuses thousands in a second. To log a stack for each would take longer than to refuse
  // it, and the line of the request has the code.
  if (status >= 500 && problem !== overloaded) reply.log.error({ err: cause ?? failure }, problem.title)
  if (status === 401 && cause instanceof Error)
    reply.log.info({ code: problem.code, reason: cause.message }, 'credential refused')
}

interface Refusal {
  readonly status: number
  readonly mediaType: string
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

function refusalOf(
  failure: Failure,
  request: FastifyRequest,
  { publicUrl, otherApis }: ErrorFormats,
): Refusal {
  const { kind } = failure.problem
  const json = { mediaType: 'application/json', headers: {} }
  const api = otherApis.of(request)
  if (api !== null) {
    const { body, ...answer } = api.refusal(failure, askedRequest(request), statusByKind[kind])
    return { ...json, ...answer, text: JSON.stringify(body) }
  }
  if (isOAuthRequest(request)) return { ...json, status: oauthStatus(kind), text: oauthErrorBody(failure) }
  const text = problemBody(failure, { publicUrl: publicUrl(), requestId: request.id })
  return { ...json, status: statusByKind[kind], mediaType: problemMediaType, text }
}

/** Sets the headers that say how to be admitted, or when. */
export function setRefusalHeaders(reply: FastifyReply, failure: Failure, status: number): void {
  const { limitPolicy, routeOptions } = reply.request
  if (status === 401) void reply.header('www-authenticate', challenge(failure))
  if (failure.retryAfterSeconds !== null) void reply.header('retry-after', failure.retryAfterSeconds)
  // Another limit may be used up than the one of the route. The fields must not claim that some requests are left.
  const policy = limitPolicy ?? routeOptions.config.limit
  if (status === 429 && policy !== undefined)
    void reply.header('ratelimit', `"${policy.name}";r=0;t=${failure.retryAfterSeconds ?? 1}`)
}

/** Sends all of an answer, and gives the client time to read it before the connection closes (RFC 9112 §9.6). */
function sendAndClose(reply: FastifyReply, body: Buffer): FastifyReply {
  const { raw, server } = reply.request
  const { socket } = raw
  async function* andLinger() {
    yield body
    const linger = new AbortController()
    socket.once('close', () => linger.abort())
    await sleep(server.timeouts.linger, null, { signal: linger.signal }).catch(() => null)
  }
  void reply.headers({ connection: 'close', 'content-length': body.length })
  return reply.send(Readable.from(andLinger()))
}

// RFC 6750 §3: the challenge has an error attribute only if a token was sent. RFC 6749 §5.2: a client gets the scheme that
// it may use.
function challenge({ problem }: Failure): string {
  if (problem.code === 'invalid_client') return 'Basic realm="oauth", charset="UTF-8"'
  const tokenWasSent = problem.code === 'invalid_token' || problem.code === 'token_expired'
  return tokenWasSent ? 'Bearer error="invalid_token"' : 'Bearer'
}

// A missing body is malformed. Validation would call it an object of the wrong type.
function bodyIsMissing(error: unknown, { body }: FastifyRequest): Failure | null {
  const isAboutBody = isFastifyError(error) && error.validationContext === 'body'
  if (!isAboutBody || body !== undefined) return null
  return new Failure(malformedRequest, { detail: 'The body is missing. Send a JSON object.' })
}

/** An operator must restart the server with the right secrets, or another server answers the next attempt. */
const secretRetrySeconds = 30

/** The failure that an error is to the caller. The cause stays inside. */
export function asFailure(error: unknown, advise?: AdviseOnField): Failure {
  if (error instanceof Failure) return error
  // Another transaction won, and this one was certainly not committed.
  if (error instanceof TransactionConflict)
    return new Failure(unavailable, { retryAfterSeconds: 1, cause: error })
  // Another server sealed the row with a secret that this one lacks. The log names that secret's key id.
  if (error instanceof WrongMasterSecret)
    return new Failure(unavailable, { retryAfterSeconds: secretRetrySeconds, cause: error })
  if (!isFastifyError(error)) return new Failure(internalError, { cause: error })
  if (error.validation !== undefined) return validationFailure(error.validation, advise)
  switch (error.statusCode) {
    case 413:
      return new Failure(tooLarge)
    case 415:
      return new Failure(unsupportedMediaType)
    case 404:
    // The variable part of an address is longer than any valid one, so nothing can be there (A33).
    case 414:
      return new Failure(notFound)
    default:
      return isClientError(error)
        ? new Failure(malformedRequest, { cause: error })
        : new Failure(internalError, { cause: error })
  }
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && ('statusCode' in error || 'validation' in error)
}

function isClientError({ statusCode = 500 }: FastifyError): boolean {
  return statusCode >= 400 && statusCode < 500
}
