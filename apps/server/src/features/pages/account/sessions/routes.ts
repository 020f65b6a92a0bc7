import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Cursors } from '../../../../platform/crypto/cursors.ts'
import type { App } from '../../../../platform/http/app.ts'
import { listPage } from '../../../../platform/http/paging.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { clearSessionCookie } from '../../../../platform/http/session-cookie.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { SessionId } from '../../../../platform/kernel/ids.ts'
import type { Principal } from '../../../../platform/kernel/principal.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { SessionsService } from '../../../session-management/sessions/service.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { signInPath } from '../../frame/paths.ts'
import { afterwards, DoneQuery, doneAlert } from '../done.ts'
import { type AccountPagesOptions, readerOf } from '../reader.ts'
import { sessionsPage, sessionsPath } from './page.ts'

/** As `DELETE /v1/me/sessions`. */
interface SessionEndings {
  endOne(caller: Principal, sessionId: SessionId, context: RequestContext): Promise<void>
  endOthers(caller: Principal, context: RequestContext): Promise<void>
}

export interface SessionsPagesOptions extends AccountPagesOptions {
  readonly sessions: Pick<SessionsService, 'list'>
  readonly logout: SessionEndings
  readonly cursors: Cursors
}

const SessionsQuery = Type.Object({
  ...DoneQuery.properties,
  cursor: Type.Optional(Type.String({ maxLength: 512 })),
})
const SessionParams = Type.Object({ id: Type.String({ maxLength: 100 }) })
const config = { access: 'user' } as const
const perPage = 20

export function sessionsPages(app: App, options: SessionsPagesOptions): void {
  app.get(
    sessionsPath,
    { config: { ...config, openToImpersonators: true }, schema: { hide: true, querystring: SessionsQuery } },
    async (request, reply) => await show(request, reply, request.query, options),
  )
  app.post(`${sessionsPath}/others/end`, { config, schema: { hide: true } }, async (request, reply) => {
    await options.logout.endOthers(readerOf(request, options).user, contextOf(request))
    return await reply.redirect(afterwards(sessionsPath, 'other_sessions_ended'), 303)
  })
  app.post(
    `${sessionsPath}/:id/end`,
    { config, schema: { hide: true, params: SessionParams } },
    async (request, reply) => await end(request, reply, pathId(request.params.id), options),
  )
}

async function show(
  request: FastifyRequest,
  reply: FastifyReply,
  { cursor, done }: { readonly cursor?: string; readonly done?: string },
  { sessions, cursors, ...options }: SessionsPagesOptions,
): Promise<FastifyReply> {
  const reader = readerOf(request, options)
  const { accountId } = reader.user
  const context = { list: 'sessions', owner: accountId }
  const before = cursor === undefined ? null : (cursors.read(cursor, context) as SessionId)
  const found = await sessions.list(accountId, { before, limit: perPage + 1 })
  const { data, next_cursor: nextCursor } = listPage(found, {
    limit: perPage,
    view: (session) => session,
    cursorAfter: (last) => cursors.write(last.id, context),
  })
  const alert = doneAlert(done, reader.view.language)
  return await sendPage(reply, sessionsPage(reader, { sessions: data, nextCursor, alert }))
}

/** A session that has ended in the meantime is what the reader wants; one of someone else looks the same (A33). */
async function end(
  request: FastifyRequest,
  reply: FastifyReply,
  sessionId: SessionId,
  { logout, ...options }: SessionsPagesOptions,
): Promise<FastifyReply> {
  const { user } = readerOf(request, options)
  await logout.endOne(user, sessionId, contextOf(request)).catch((error: unknown) => {
    if (!(error instanceof Failure) || error.problem !== notFound) throw error
  })
  if (sessionId !== user.sessionId)
    return await reply.redirect(afterwards(sessionsPath, 'session_ended'), 303)
  clearSessionCookie(reply)
  return await reply.redirect(signInPath, 303)
}
