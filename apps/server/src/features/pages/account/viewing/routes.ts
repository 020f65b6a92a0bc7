import type { App } from '../../../../platform/http/app.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { clearSessionCookie } from '../../../../platform/http/session-cookie.ts'
import type { Principal } from '../../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import { impersonationLimit } from '../../../administration/users/impersonation/answer.ts'
import { stopViewingPath } from '../../frame/paths.ts'
import { type AccountPagesOptions, readerOf } from '../reader.ts'

export interface ViewingPagesOptions extends AccountPagesOptions {
  /** As `DELETE /v1/me/impersonation`. */
  readonly impersonation: { stop(caller: Principal, context: RequestContext): Promise<void> }
}

/** Ends the session in which an administrator sees an account as its owner does, and leads back to the person. */
export function viewingPages(app: App, options: ViewingPagesOptions): void {
  app.post(
    stopViewingPath,
    {
      config: {
        access: 'user',
        openToImpersonators: true,
        openToUnverified: true,
        limit: impersonationLimit,
      },
      schema: { hide: true },
    },
    async (request, reply) => {
      const { user } = readerOf(request, options)
      await options.impersonation.stop(user, contextOf(request))
      clearSessionCookie(reply)
      return await reply.redirect(`/console/people/${user.accountId}`, 303)
    },
  )
}
