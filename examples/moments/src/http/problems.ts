import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Failure, type FailureKind, invalidFields } from '../failure.ts'
import type { App } from './app.ts'
import { fieldErrorOf } from './validation.ts'

const statusByKind: Readonly<Record<FailureKind, number>> = {
  malformed: 400,
  forbidden: 403,
  not_found: 404,
  invalid: 422,
}

/** What Fastify itself refuses, by its status. */
const refusals: Readonly<Record<number, { code: string; detail: string }>> = {
  400: { code: 'malformed_request', detail: 'The request cannot be read. Send JSON in UTF-8.' },
  413: { code: 'too_large', detail: 'The body is too large.' },
  415: { code: 'unsupported_media_type', detail: 'Send the body as application/json.' },
}

/** Answers every error as a problem (RFC 9457), as the guard and Proxima do. */
export function answerProblems(app: App): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => answerError(error, request, reply))
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, 404, { code: 'not_found', detail: 'There is nothing at this address.' }),
  )
}

function answerError(
  error: FastifyError | Failure,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const failure = error instanceof Failure ? error : validationFailure(error)
  if (failure !== null) {
    const { kind, code, message: detail, errors } = failure
    return sendProblem(reply, statusByKind[kind], { code, detail, ...(errors.length > 0 && { errors }) })
  }
  const status = (error as FastifyError).statusCode ?? 500
  const refusal = refusals[status]
  if (refusal !== undefined) return sendProblem(reply, status, refusal)
  // The cause goes to the log, never to the caller.
  request.log.error({ err: error })
  return sendProblem(reply, 500, { code: 'internal_error', detail: 'Something went wrong. Try again later.' })
}

function validationFailure({ validation }: FastifyError): Failure | null {
  return validation === undefined ? null : invalidFields(...validation.map(fieldErrorOf))
}

function sendProblem(reply: FastifyReply, status: number, members: object): FastifyReply {
  const problem = { type: 'about:blank', title: STATUS_CODES[status], status, ...members }
  return reply.code(status).type('application/problem+json').send(JSON.stringify(problem))
}
