import type { GuardOptions } from '../settings.ts'
import { type Framework, RequestGuard } from './request-guard.ts'
import { refusalOf } from './route-check.ts'

/** Takes a route handler, and gives one that only admitted callers reach. */
export type Wrap = <Incoming extends Request, Rest extends unknown[], Answer>(
  route: (request: Incoming, ...rest: Rest) => Answer | Promise<Answer>,
) => (request: Incoming, ...rest: Rest) => Promise<Response | Answer>

const framework: Framework<Request, Wrap> = {
  // Headers joins two of the same name with a comma. No credential has one, so a request with two has no credential.
  authorizationOf: ({ headers }) => headers.get('authorization'),
  middleware:
    (check) =>
    (route) =>
    async (request, ...rest) => {
      const refusal = await refusalOf(check, request)
      return refusal === null ? await route(request, ...rest) : new Response(refusal.body, refusal)
    },
}

/**
 * The guard for route handlers of Next.js, and for every other function that takes a `Request` and gives a `Response`.
 * @throws TypeError if a setting cannot work
 */
export function guard(options: GuardOptions): RequestGuard<Request, Wrap> {
  return new RequestGuard(options, framework)
}
