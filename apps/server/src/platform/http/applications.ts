import type { FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { hasSession } from '../kernel/principal.ts'
import { forbidden } from '../kernel/problems.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * True for a call for `user` that an application may make that acts for the owner (OpenID Connect). Otherwise an
     * application that was let see a name could change the password (I8).
     */
    openToApplications?: true
  }
}

/**
 * Refuses applications that act for the owner, unless the route says otherwise, so that no new route can be forgotten. A
 * call that needs a permission is open to the applications to which the owner has given the permission.
 */
export function assertNotApplication(request: FastifyRequest): void {
  const { principal, routeOptions } = request
  if (principal === null || !hasSession(principal) || principal.delegation === null) return
  const { access, openToApplications } = routeOptions.config
  if (typeof access === 'object' || openToApplications === true) return
  const refusal = new Failure(forbidden, ownerNeeded)
  if (access !== 'optional') throw refusal
  request.principal = null
  request.credentialFailure = refusal
}

const ownerNeeded = {
  detail:
    'This call is for the owner of the account, not for an application. An application reads what it may know about them at /oauth/userinfo.',
  refusedBy: 'owner_needed',
}
