import type { IncomingMessage } from 'node:http'
import type { GuardOptions } from '../settings.ts'
import { authorizationOf } from './node.ts'
import { type Framework, RequestGuard } from './request-guard.ts'
import { decide } from './route-check.ts'

// Only the parts of Fastify that the guard uses, so that its hook fits a route of any types.

export interface HookRequest {
  readonly raw: Pick<IncomingMessage, 'headers' | 'rawHeaders'>
}

/** A route with a schema takes only the statuses and bodies of the schema, and a refusal is none of them. */
export interface HookReply {
  status(status: never): unknown
  headers(headers: Record<string, string>): unknown
  send(body: never): unknown
}

/** For `onRequest`, `preHandler` and the hooks between them. */
export type Hook = (request: HookRequest, reply: HookReply, done: (error?: Error) => void) => void

const framework: Framework<HookRequest, Hook> = {
  authorizationOf: ({ raw }) => authorizationOf(raw),
  middleware: (check) => (request, reply, done) =>
    decide(check, request, {
      admitted: () => done(),
      refused: ({ status, headers, body }) => {
        reply.status(status as never)
        reply.headers({ ...headers })
        reply.send(body as never)
      },
      failed: (error) => done(error instanceof Error ? error : new Error(String(error))),
    }),
}

/** The guard for Fastify. @throws TypeError if a setting cannot work */
export function guard(options: GuardOptions): RequestGuard<HookRequest, Hook> {
  return new RequestGuard(options, framework)
}
