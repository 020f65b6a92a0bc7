import type { Cursors } from '../../../platform/crypto/cursors.ts'
import { currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { NoContent } from '../../../platform/http/no-content.ts'
import { limitOf, listPage, PageQuery } from '../../../platform/http/paging.ts'
import { pathId } from '../../../platform/http/path-id.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import type { SessionId } from '../../../platform/kernel/ids.ts'
import type { Bearer } from '../../../platform/kernel/principal.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { TokensService } from '../tokens/service.ts'
import { AccessTokenView, SessionParams, SessionsView, sessionView } from './schema.ts'
import type { SessionsService } from './service.ts'

/** Implemented by login, which comes later in the reading order. */
export interface SessionEndings {
  endOne(caller: Bearer, sessionId: SessionId, context: RequestContext): Promise<void>
  endOthers(caller: Bearer, context: RequestContext): Promise<void>
}

export interface SessionsRoutesOptions {
  readonly sessions: SessionsService
  readonly logout: SessionEndings
  readonly tokens: Pick<TokensService, 'beforeRoles' | 'issueAccessToken'>
  readonly cursors: Cursors
}

/** Each browser needs one in the life of an access token, and many may share one address. */
const accessTokenLimit = { name: 'access-token', quota: 1_000, windowSeconds: 300 }

const tags = ['Me']

export function sessionsRoutes(app: App, options: SessionsRoutesOptions): void {
  accessTokenRoute(app, options)
  listRoute(app, options)
  endRoutes(app, options)
}

function accessTokenRoute(app: App, { tokens }: SessionsRoutesOptions): void {
  app.post(
    '/v1/me/access-token',
    {
      config: { access: 'session_code', limit: accessTokenLimit },
      schema: {
        operationId: 'issueMyAccessToken',
        summary: 'Get an access token for a session code or the session cookie',
        description:
          'For services that check tokens themselves. The token expires soon, and no later than the session. An ' +
          'access token cannot be exchanged for another one.',
        tags,
        response: { 200: AccessTokenView },
      },
    },
    async (request) => {
      // The roles were read when the caller was found, a moment ago and without waiting for a lock.
      const subject = { ...currentUser(request), rolesReadAt: tokens.beforeRoles() }
      const { token, expiresInSeconds } = await tokens.issueAccessToken(subject)
      return { access_token: token, token_type: 'bearer' as const, expires_in: expiresInSeconds }
    },
  )
}

function listRoute(app: App, { sessions, cursors }: SessionsRoutesOptions): void {
  app.get(
    '/v1/me/sessions',
    {
      config: { access: 'user', openToImpersonators: true },
      schema: {
        operationId: 'listMySessions',
        summary: 'List my sessions, newest first',
        description: 'Each sign-in is a session. To get the next page, pass `next_cursor` as `cursor`.',
        tags,
        querystring: PageQuery,
        response: { 200: SessionsView },
      },
    },
    async (request) => {
      const { accountId, sessionId } = currentUser(request)
      const context = { list: 'sessions', owner: accountId }
      const { cursor } = request.query
      const before = cursor === undefined ? null : (cursors.read(cursor, context) as SessionId)
      const limit = limitOf(request.query)
      const found = await sessions.list(accountId, { before, limit: limit + 1 })
      return listPage(found, {
        limit,
        view: (session) => sessionView(session, sessionId),
        cursorAfter: (last) => cursors.write(last.id, context),
      })
    },
  )
}

function endRoutes(app: App, { logout }: SessionsRoutesOptions): void {
  app.delete(
    '/v1/me/sessions',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'endMyOtherSessions',
        summary: 'End all my other sessions',
        description: 'The session of the caller continues. All other devices are signed out.',
        tags,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await logout.endOthers(currentUser(request), contextOf(request))
      return reply.code(204).send(null)
    },
  )

  app.delete(
    '/v1/me/sessions/:id',
    {
      config: { access: 'user', problems: [notFound] },
      schema: {
        operationId: 'endMySession',
        summary: 'End one of my sessions',
        description: 'If the id is that of the calling session, the caller is signed out.',
        tags,
        params: SessionParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await logout.endOne(currentUser(request), pathId(request.params.id), contextOf(request))
      return reply.code(204).send(null)
    },
  )
}
