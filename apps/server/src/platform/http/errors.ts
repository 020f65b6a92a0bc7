import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { TransactionConflict } from '../database/faults.ts'
import { Failure } from '../kernel/failures.ts'
import {
  internalError,
  malformedRequest,
  notFound,
  tooLarge,
  unavailable,
  unsupportedMediaType,
} from '../kernel/problems.ts'
import { type SecurityHeaders, setStrictHeaders } from './headers.ts'
import { logRequest } from './logging.ts'
import { problemBody, problemMediaType, statusByKind } from './problem.ts'
import { validationFailure } from './validation.ts'

/** Every refusal leaves here, in one form (RFC 9457); causes go to the log and never to the caller. */
export function answerProblems(app: FastifyInstance, publicUrl: () => string): void {
  app.decorateReply('problemCode', null)
  app.setErrorHandler((error, request, reply) =>
    send(bodyIsMissing(error, request) ?? asFailure(error), request, reply, publicUrl()),
  )
  app.setNotFoundHandler({}, (request, reply) => send(new Failure(notFound), request, reply, publicUrl()))
}

/** For requests that the framework refuses before any route is found, and so before any hook runs. */
export function answerFrameworkError(publicUrl: () => string, headers: SecurityHeaders) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    void reply.headers({ ...headers, 'x-request-id': request.id })
    void send(asFailure(error), request, reply, publicUrl())
    logRequest(request, reply, { route: null, durationMs: 0 })
  }
}

function send(
  failure: Failure,
  request: FastifyRequest,
  reply: FastifyReply,
  publicUrl: string,
): FastifyReply {
  const status = statusByKind[failure.problem.kind]
  reply.problemCode = failure.problem.code
  if (status >= 500) request.log.error({ err: failure.cause ?? failure }, failure.problem.title)
  if (status === 401) void reply.header('www-authenticate', challenge(failure))
  if (failure.retryAfterSeconds !== null) void reply.header('retry-after', failure.retryAfterSeconds)
  // A budget that is not the client's own may be what is used up; the fields must not say that there is some left.
  const policy = request.routeOptions.config.limit
  if (status === 429 && policy !== undefined)
    void reply.header('ratelimit', `"${policy.name}";r=0;t=${failure.retryAfterSeconds ?? 1}`)
  if (status === 401 && failure.cause instanceof Error)
    request.log.info({ code: failure.problem.code, reason: failure.cause.message }, 'credential refused')
  setStrictHeaders(reply)
  return (
    reply
      .code(status)
      .type(problemMediaType)
      // As bytes: to text the framework would add a charset, which the media type does not have (RFC 9457 §6.1).
      .send(Buffer.from(problemBody(failure, { publicUrl, requestId: request.id })))
  )
}

// RFC 6750 §3: the error attribute stands only where a token was sent.
function challenge({ problem }: Failure): string {
  const tokenWasSent = problem.code === 'invalid_token' || problem.code === 'token_expired'
  return tokenWasSent ? 'Bearer error="invalid_token"' : 'Bearer'
}

// Nothing at all is not JSON: it is no object of the wrong type, which is what validation would call it.
function bodyIsMissing(error: unknown, { body }: FastifyRequest): Failure | null {
  const isAboutBody = isFastifyError(error) && error.validationContext === 'body'
  if (!isAboutBody || body !== undefined) return null
  return new Failure(malformedRequest, { detail: 'This call needs a body. Send a JSON object.' })
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  // Another transaction was first, and whether this one was done is known: it was not.
  if (error instanceof TransactionConflict)
    return new Failure(unavailable, { retryAfterSeconds: 1, cause: error })
  if (!isFastifyError(error)) return new Failure(internalError, { cause: error })
  if (error.validation !== undefined) return validationFailure(error.validation)
  switch (error.statusCode) {
    case 413:
      return new Failure(tooLarge)
    case 415:
      return new Failure(unsupportedMediaType)
    case 404:
    // An address whose variable part is longer than any of ours leads nowhere (A33).
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
