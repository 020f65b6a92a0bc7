import type { Cursors } from '../../../platform/crypto/cursors.ts'
import { currentCaller } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { limitOf, listPage } from '../../../platform/http/paging.ts'
import { pathId } from '../../../platform/http/path-id.ts'
import type { AuditEventId } from '../../../platform/kernel/ids.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import { AuditEventView, EventParams, EventsQuery, EventsView, eventView, filterOf } from './schema.ts'
import type { AuditTrailService } from './service.ts'

export interface AuditTrailRoutesOptions {
  readonly auditTrail: Pick<AuditTrailService, 'get' | 'search'>
  readonly cursors: Cursors
}

export function auditTrailRoutes(app: App, options: AuditTrailRoutesOptions): void {
  listRoute(app, options)
  eventRoute(app, options)
}

function listRoute(app: App, { auditTrail, cursors }: AuditTrailRoutesOptions): void {
  app.get(
    '/v1/audit-events',
    {
      config: { access: { permission: 'audit:read' } },
      schema: {
        operationId: 'listAuditEvents',
        summary: 'List what happened, newest first',
        description:
          'Each filter narrows the list. With `request_id`, it shows everything that was decided about a request, ' +
          'and why it was refused. To get the next page, pass `next_cursor` as `cursor`, with the same filters.',
        tags: ['Administration'],
        querystring: EventsQuery,
        response: { 200: EventsView },
      },
    },
    async (request) => {
      const context = { list: 'audit-events', owner: currentCaller(request).accountId }
      const { cursor } = request.query
      const before = cursor === undefined ? null : positionOf(cursors.read(cursor, context))
      const limit = limitOf(request.query)
      const found = await auditTrail.search(filterOf(request.query), { before, limit: limit + 1 })
      return listPage(found, {
        limit,
        view: eventView,
        cursorAfter: (last) => cursors.write(`${last.at.getTime()} ${last.id}`, context),
      })
    },
  )
}

function eventRoute(app: App, { auditTrail }: AuditTrailRoutesOptions): void {
  app.get(
    '/v1/audit-events/:id',
    {
      config: { access: { permission: 'audit:read' }, problems: [notFound] },
      schema: {
        operationId: 'getAuditEvent',
        summary: 'Show one thing that happened',
        tags: ['Administration'],
        params: EventParams,
        response: { 200: AuditEventView },
      },
    },
    async (request) => eventView(await auditTrail.get(pathId<AuditEventId>(request.params.id))),
  )
}

function positionOf(text: string) {
  const [at = '', id = ''] = text.split(' ')
  return { at: new Date(Number(at)), id: id as AuditEventId }
}
