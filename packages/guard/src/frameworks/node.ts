import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RefusalAnswer } from '../refusal.ts'
import type { GuardOptions } from '../settings.ts'
import { type Framework, RequestGuard } from './request-guard.ts'
import { decide } from './route-check.ts'

/** A function that answers the request itself, or calls `next`. */
export type Middleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

const framework: Framework<IncomingMessage, Middleware> = {
  authorizationOf,
  middleware: (check) => (request, response, next) =>
    decide(check, request, {
      admitted: () => next(),
      refused: (answer) => send(response, answer),
      failed: next,
    }),
}

/** The guard for `node:http`, and for every framework with middleware of its form. @throws TypeError if a setting cannot work */
export function guard(options: GuardOptions): RequestGuard<IncomingMessage, Middleware> {
  return new RequestGuard(options, framework)
}

/**
 * Node keeps the first of two such headers and drops the other (RFC 9110 §5.3 allows only one). Something in front of
 * this service may have checked the other one, so a request with two has no credential.
 */
export function authorizationOf({ headers, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>) {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (name.length === 13 && name.toLowerCase() === 'authorization') count++
  }
  return count > 1 ? undefined : headers.authorization
}

function send(response: ServerResponse, { status, headers, body }: RefusalAnswer): void {
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  // Not after writeHead, so that Node adds the length.
  response.end(body)
}
