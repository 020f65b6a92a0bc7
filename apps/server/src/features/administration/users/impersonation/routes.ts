import { currentUser } from '../../../../platform/http/access.ts'
import type { App } from '../../../../platform/http/app.ts'
import { NoContent } from '../../../../platform/http/no-content.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { setSessionCookie } from '../../../../platform/http/session-cookie.ts'
import { forbidden, notFound } from '../../../../platform/kernel/problems.ts'
import { refuseForeignCookies } from '../../../authentication/sign-in/answer.ts'
import { UserParams } from '../schema.ts'
import { impersonationLimit as limit } from './answer.ts'
import { cannotImpersonate, notImpersonating } from './model.ts'
import { ImpersonationBody, ImpersonationView, impersonationView } from './schema.ts'
import type { ImpersonationService } from './service.ts'

export interface ImpersonationRoutesOptions {
  readonly impersonation: ImpersonationService
  readonly publicUrl: () => string
}

export function impersonationRoutes(
  app: App,
  { impersonation, publicUrl }: ImpersonationRoutesOptions,
): void {
  app.post(
    '/v1/users/:id/impersonation',
    {
      config: {
        access: { permission: 'users:impersonate' },
        freshSession: true,
        limit,
        problems: [cannotImpersonate, forbidden, notFound],
      },
      schema: {
        operationId: 'startImpersonation',
        summary: 'See an account as its owner does',
        description:
          'Starts a session in which you can read what the owner sees, and change nothing. It ends by itself after ' +
          '`PROXIMA_IMPERSONATION_SECONDS`. The audit trail has the reason, and the owner is notified unless the ' +
          'operator has turned that off. The token names you as `act` (RFC 8693).',
        tags: ['Users'],
        params: UserParams,
        body: ImpersonationBody,
        response: { 200: ImpersonationView },
      },
    },
    async (request, reply) => {
      const { mode, reason } = request.body
      const sessionMode = mode === 'cookie' ? 'cookie' : 'access_token'
      refuseForeignCookies(request, sessionMode, publicUrl())
      const author = { caller: currentUser(request), context: contextOf(request) }
      const started = await impersonation.start(
        pathId(request.params.id),
        { reason, mode: sessionMode },
        author,
      )
      const { authentication, code, expiresAt } = started.session
      if (code !== null)
        setSessionCookie(reply, code, { startsAt: authentication.authenticatedAt, expiresAt })
      return impersonationView(started)
    },
  )
  app.delete(
    '/v1/me/impersonation',
    {
      config: {
        access: 'user',
        openToImpersonators: true,
        openToUnverified: true,
        limit,
        problems: [notImpersonating],
      },
      schema: {
        operationId: 'stopImpersonation',
        summary: 'Stop seeing an account as its owner does',
        description: 'Ends the session at once.',
        tags: ['Users'],
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await impersonation.stop(currentUser(request), contextOf(request))
      return reply.code(204).send(null)
    },
  )
}
