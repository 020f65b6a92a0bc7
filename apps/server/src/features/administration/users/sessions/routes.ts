import type { Cursors } from '../../../../platform/crypto/cursors.ts'
import { currentCaller } from '../../../../platform/http/access.ts'
import type { App } from '../../../../platform/http/app.ts'
import { NoContent } from '../../../../platform/http/no-content.ts'
import { limitOf, listPage, PageQuery } from '../../../../platform/http/paging.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import type { AccountId, SessionId } from '../../../../platform/kernel/ids.ts'
import { hasSession } from '../../../../platform/kernel/principal.ts'
import { forbidden, notFound } from '../../../../platform/kernel/problems.ts'
import { authorOf } from '../../../authorization/roles/answer.ts'
import { changesLimit } from '../answer.ts'
import { UserParams } from '../schema.ts'
import { UserSessionParams, UserSessionsView, userSessionView } from './schema.ts'
import type { UserSessionsService } from './service.ts'

export interface UserSessionsRoutesOptions {
  readonly userSessions: UserSessionsService
  readonly cursors: Cursors
}

const tags = ['Users']

export function userSessionsRoutes(app: App, options: UserSessionsRoutesOptions): void {
  listRoute(app, options)
  endRoutes(app, options)
}

function listRoute(app: App, { userSessions, cursors }: UserSessionsRoutesOptions): void {
  app.get(
    '/v1/users/:id/sessions',
    {
      config: { access: { permission: 'users:read' }, problems: [notFound] },
      schema: {
        operationId: 'listUserSessions',
        summary: 'List the sessions of a user, newest first',
        description: 'To get the next page, pass `next_cursor` as `cursor`.',
        tags,
        params: UserParams,
        querystring: PageQuery,
        response: { 200: UserSessionsView },
      },
    },
    async (request) => {
      const id = pathId<AccountId>(request.params.id)
      const caller = currentCaller(request)
      const context = { list: 'user-sessions', owner: `${caller.accountId} ${id}` }
      const { cursor } = request.query
      const before = cursor === undefined ? null : (cursors.read(cursor, context) as SessionId)
      const limit = limitOf(request.query)
      const found = await userSessions.list(id, { before, limit: limit + 1 })
      return listPage(found, {
        limit,
        view: (session) => userSessionView(session, hasSession(caller) ? caller.sessionId : null),
        cursorAfter: (last) => cursors.write(last.id, context),
      })
    },
  )
}

function endRoutes(app: App, { userSessions }: UserSessionsRoutesOptions): void {
  const config = {
    access: { permission: 'users:write' },
    limit: changesLimit,
    problems: [forbidden, notFound],
  } as const
  app.delete(
    '/v1/users/:id/sessions',
    {
      config,
      schema: {
        operationId: 'endUserSessions',
        summary: 'End all sessions of a user',
        description: 'The owner is signed out everywhere, and can sign in again.',
        tags,
        params: UserParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await userSessions.endAll(pathId(request.params.id), authorOf(request))
      return reply.code(204).send(null)
    },
  )

  app.delete(
    '/v1/users/:id/sessions/:session',
    {
      config,
      schema: {
        operationId: 'endUserSession',
        summary: 'End one session of a user',
        description: 'That device is signed out.',
        tags,
        params: UserSessionParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      const { id, session } = request.params
      await userSessions.end(pathId(id), pathId(session), authorOf(request))
      return reply.code(204).send(null)
    },
  )
}
