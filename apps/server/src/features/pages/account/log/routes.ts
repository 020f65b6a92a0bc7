import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Cursors } from '../../../../platform/crypto/cursors.ts'
import type { App } from '../../../../platform/http/app.ts'
import { listPage } from '../../../../platform/http/paging.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { dayMs } from '../../../../platform/kernel/durations.ts'
import type { AuditEventId } from '../../../../platform/kernel/ids.ts'
import type { RecordedEvent } from '../../../safeguards/audit/model.ts'
import { exportLimit } from '../../../self-service/export/answer.ts'
import { sendLog } from '../../../self-service/security-log/answer.ts'
import { type LogFilter, logKinds } from '../../../self-service/security-log/model.ts'
import type { SecurityLog } from '../../../self-service/security-log/service.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { type AccountPagesOptions, readerOf } from '../reader.ts'
import { type LogChoice, logFilePath, logPage, logPath } from './page.ts'

export interface LogPagesOptions extends AccountPagesOptions {
  readonly securityLog: Pick<SecurityLog, 'download' | 'list'>
  readonly cursors: Cursors
}

const day = Type.Optional(Type.String({ maxLength: 10 }))
const choice = { kind: Type.Optional(Type.String({ maxLength: 20 })), from: day, to: day }
const LogQuery = Type.Object({ ...choice, cursor: Type.Optional(Type.String({ maxLength: 512 })) })
type LogQuery = Static<typeof LogQuery>
const FileQuery = Type.Object({ ...choice, format: Type.Enum(['csv', 'json']) })
const perPage = 50

export function logPages(app: App, options: LogPagesOptions): void {
  app.get(
    logPath,
    { config: { access: 'user' }, schema: { hide: true, querystring: LogQuery } },
    async (request, reply) => await show(request, reply, request.query, options),
  )
  // If it needs a recent sign-in, the reader is led to the page that asks for one.
  app.get(
    logFilePath,
    { config: { access: 'user', limit: exportLimit }, schema: { hide: true, querystring: FileQuery } },
    async (request, reply) => {
      const { user } = readerOf(request, options)
      const { format, ...chosen } = request.query
      const pages = await options.securityLog.download(user, filterOf(chosen), contextOf(request))
      return sendLog(reply, pages, format)
    },
  )
}

async function show(
  request: FastifyRequest,
  reply: FastifyReply,
  { cursor, ...chosen }: LogQuery,
  { securityLog, cursors, ...options }: LogPagesOptions,
): Promise<FastifyReply> {
  const reader = readerOf(request, options)
  const { accountId } = reader.user
  const context = { list: 'security_log', owner: accountId }
  const before = cursor === undefined ? null : positionIn(cursors.read(cursor, context))
  const found = await securityLog.list(accountId, filterOf(chosen), { before, limit: perPage + 1 })
  const { data: events, next_cursor: nextCursor } = listPage(found, {
    limit: perPage,
    view: (event) => event,
    cursorAfter: (last) => cursors.write(textOf(last), context),
  })
  return await sendPage(reply, logPage(reader, { choice: chosen, events, nextCursor }))
}

/** An address can hold any text. What is no kind and no day does not matter. */
function filterOf({ kind, from, to }: LogChoice): LogFilter {
  const last = dayIn(to)
  return {
    kind: logKinds.find((each) => each === kind) ?? null,
    from: dayIn(from),
    // The last day belongs to it.
    to: last && new Date(last.getTime() + dayMs),
  }
}

/** The beginning of the day, in UTC like all times of the page. */
function dayIn(text = ''): Date | null {
  const at = new Date(`${text}T00:00:00Z`)
  return Number.isNaN(at.getTime()) ? null : at
}

type Position = Pick<RecordedEvent, 'at' | 'id'>

function textOf({ at, id }: Position): string {
  return `${at.getTime()} ${id}`
}

function positionIn(text: string): Position {
  const [at, id = ''] = text.split(' ')
  return { at: new Date(Number(at)), id: id as AuditEventId }
}
