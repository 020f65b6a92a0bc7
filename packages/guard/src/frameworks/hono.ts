import type { Context, MiddlewareHandler } from 'hono'
import type { GuardOptions } from '../settings.ts'
import { type Framework, RequestGuard } from './request-guard.ts'
import { refusalOf } from './route-check.ts'

const framework: Framework<Context, MiddlewareHandler> = {
  // Headers joins two of the same name with a comma. No credential has one, so a request with two has no credential.
  authorizationOf: (context) => context.req.header('authorization'),
  middleware: (check) => async (context, next) => {
    const refusal = await refusalOf<Context>(check, context)
    if (refusal !== null) return new Response(refusal.body, refusal)
    await next()
  },
}

/** The guard for Hono. It takes the context in place of a request. @throws TypeError if a setting cannot work */
export function guard(options: GuardOptions): RequestGuard<Context, MiddlewareHandler> {
  return new RequestGuard(options, framework)
}
