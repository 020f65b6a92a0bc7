import { STATUS_CODES } from 'node:http'
import { answerOf, Refusal } from '@proxima/guard/refusal'
import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import { Failure, type FailureKind } from '../failure.ts'

const statusByKind: Readonly<Record<FailureKind, number>> = {
  malformed: 400,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  invalid: 422,
}

/** What Express itself refuses, by its status. */
const refusals: Readonly<Record<number, { code: string; detail: string }>> = {
  400: { code: 'malformed_request', detail: 'The request cannot be read. Send JSON in UTF-8.' },
  413: { code: 'too_large', detail: 'The body is too large.' },
  415: { code: 'unsupported_media_type', detail: 'Send the body as application/json in UTF-8.' },
}

export const answerUnknownPath: RequestHandler = (_request, response) =>
  sendProblem(response, 404, { code: 'not_found', detail: 'There is nothing at this address.' })

/** Answers every error as a problem (RFC 9457), as the guard and Proxima do. */
export function answerErrors({ accountsUrl }: { readonly accountsUrl: string }): ErrorRequestHandler {
  // Express knows by the fourth parameter that this function is for errors.
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error)
    if (error instanceof Failure) return sendFailure(response, error)
    // The credential passed the guard, and Proxima refused it when it was asked about the user.
    if (error instanceof Refusal) {
      const { status, headers, body } = answerOf(error, accountsUrl)
      return void response.status(status).set(headers).send(Buffer.from(body))
    }
    const { status = 500 } = error as { readonly status?: number }
    const refusal = refusals[status]
    if (refusal !== undefined) return sendProblem(response, status, refusal)
    // The cause goes to the log, never to the caller.
    console.error(error)
    sendProblem(response, 500, { code: 'internal_error', detail: 'Something went wrong. Try again later.' })
  }
}

function sendFailure(response: Response, { kind, code, message: detail, errors }: Failure): void {
  sendProblem(response, statusByKind[kind], { code, detail, ...(errors.length > 0 && { errors }) })
}

function sendProblem(response: Response, status: number, members: object): void {
  const problem = { type: 'about:blank', title: STATUS_CODES[status], status, ...members }
  response.status(status).type('application/problem+json').send(JSON.stringify(problem))
}
