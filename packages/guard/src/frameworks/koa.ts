import type { IncomingMessage } from 'node:http'
import type { GuardOptions } from '../settings.ts'
import { authorizationOf } from './node.ts'
import { type Framework, RequestGuard } from './request-guard.ts'
import { refusalOf } from './route-check.ts'

/** The parts of Koa's context that the guard uses. */
export interface KoaContext {
  readonly req: Pick<IncomingMessage, 'headers' | 'rawHeaders'>
  status: number
  body: unknown
  set(headers: Record<string, string>): void
}

export type Middleware = (context: KoaContext, next: () => Promise<unknown>) => Promise<void>

const framework: Framework<KoaContext, Middleware> = {
  authorizationOf: ({ req }) => authorizationOf(req),
  middleware: (check) => async (context, next) => {
    const refusal = await refusalOf(check, context)
    if (refusal === null) {
      await next()
      return
    }
    context.status = refusal.status
    // Before the body, for which Koa would otherwise choose a type.
    context.set({ ...refusal.headers })
    context.body = refusal.body
  },
}

/** The guard for Koa. It takes the context in place of a request. @throws TypeError if a setting cannot work */
export function guard(options: GuardOptions): RequestGuard<KoaContext, Middleware> {
  return new RequestGuard(options, framework)
}
