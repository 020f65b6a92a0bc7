import type { FastifyRequest } from 'fastify'
import { currentCaller } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { forbidden } from '../../../platform/kernel/problems.ts'
import {
  type AskedRequest,
  askedRequest,
  isForgedChange,
  opensPage,
  signInAddress,
  unknownRequest,
} from './asked-request.ts'
import { assertMeets, identityHeaders } from './model.ts'
import { Admitted, ForwardAuthQuery, SignInFirst, toRequirement } from './schema.ts'

export interface ForwardAuthOptions {
  readonly publicUrl: () => string
  readonly returnOrigins: readonly string[]
}

/**
 * Answers a proxy that asks about each request to a service: may its sender see the service, and who are they? A page
 * makes a hundred requests, so there is no limit, as for `GET /v1/me`. The proxy asks with GET whatever it was asked, so
 * the call changes nothing and needs no proof of its origin.
 */
export function forwardAuthRoutes(app: App, { publicUrl, returnOrigins }: ForwardAuthOptions): void {
  app.get(
    '/v1/forward-auth',
    {
      config: { access: 'user', openToPrograms: true },
      schema: {
        operationId: 'checkForwardAuth',
        summary: 'Let a caller see a service behind a proxy',
        description:
          'For proxies that ask before they pass a request on: nginx with `auth_request`, Caddy with `forward_auth`, Traefik with `forwardAuth`. The headers of the answer say who the caller is. Characters outside of ASCII, and `%`, are percent-encoded in them.',
        tags: ['OAuth'],
        querystring: ForwardAuthQuery,
        response: { 204: Admitted, 302: SignInFirst },
      },
      // The guard has refused the call, as it refuses any other. Only then is a browser sent to the sign-in page.
      errorHandler: (error, request, reply) => {
        const asked = askedOf(request)
        if (!isSignedOut(error) || !asksForPage(request.query) || !opensPage(asked, request.headers))
          throw error
        void reply.redirect(signInAddress(asked, { publicUrl: publicUrl(), returnOrigins }), 302)
      },
    },
    async (request, reply) => {
      const caller = currentCaller(request)
      const requirement = toRequirement(request.query)
      assertNotForged(request)
      assertMeets(caller, requirement)
      return reply
        .code(204)
        .headers({ ...identityHeaders(caller) })
        .send(null)
    },
  )
}

function askedOf({ headers, isFromTrustedProxy }: FastifyRequest): AskedRequest {
  return isFromTrustedProxy ? askedRequest(headers) : unknownRequest
}

function isSignedOut(error: unknown): boolean {
  return error instanceof Failure && error.problem.kind === 'unauthenticated'
}

// The query is not validated yet.
function asksForPage(query: unknown): boolean {
  return (query as ForwardAuthQuery).redirect === '1'
}

// A browser adds the cookie by itself. A program sends the header on purpose.
function assertNotForged(request: FastifyRequest): void {
  const { headers } = request
  if (headers.authorization !== undefined || !isForgedChange(askedOf(request), headers)) return
  const detail = 'A page of another origin cannot change anything here with the session cookie.'
  throw new Failure(forbidden, { detail, refusedBy: 'same_origin' })
}
