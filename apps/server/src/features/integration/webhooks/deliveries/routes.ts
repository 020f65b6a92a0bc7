import type { Cursors } from '../../../../platform/crypto/cursors.ts'
import type { App } from '../../../../platform/http/app.ts'
import { limitOf, listPage } from '../../../../platform/http/paging.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import type { AuditEventId, WebhookId } from '../../../../platform/kernel/ids.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import { WebhookParams } from '../endpoints/schema.ts'
import type { WebhookOperations } from './operations.ts'
import {
  DeliveriesQuery,
  DeliveriesView,
  deliveryView,
  PingView,
  ReplayBody,
  ReplayView,
  replayView,
  toReplay,
} from './schema.ts'

export interface WebhookDeliveriesRoutesOptions {
  readonly webhookOperations: WebhookOperations
  readonly cursors: Cursors
}

const tags = ['Webhooks']
const reads = { permission: 'webhooks:read' } as const
const writes = { permission: 'webhooks:write' } as const
/** Each call may take as long as the receiver. */
const pingLimit = { name: 'webhook-ping', quota: 30, windowSeconds: 300 }
const replayLimit = { name: 'webhook-replay', quota: 60, windowSeconds: 300 }

export function webhookDeliveriesRoutes(app: App, options: WebhookDeliveriesRoutesOptions): void {
  listRoute(app, options)
  pingRoute(app, options)
  replayRoute(app, options)
}

function listRoute(app: App, { webhookOperations, cursors }: WebhookDeliveriesRoutesOptions): void {
  app.get(
    '/v1/webhooks/:id/deliveries',
    {
      config: { access: reads, problems: [notFound] },
      schema: {
        operationId: 'listWebhookDeliveries',
        summary: 'List the deliveries of a webhook, newest event first',
        description:
          'With `status=dead`, the list of what was given up. To get the next page, pass `next_cursor`.',
        tags,
        params: WebhookParams,
        querystring: DeliveriesQuery,
        response: { 200: DeliveriesView },
      },
    },
    async ({ params, query }) => {
      const id = pathId<WebhookId>(params.id)
      const context = { list: 'webhook_deliveries', owner: id }
      const before = query.cursor === undefined ? null : (cursors.read(query.cursor, context) as AuditEventId)
      const size = limitOf(query)
      const found = await webhookOperations.list(id, { state: query.status ?? null, before, limit: size + 1 })
      return listPage(found, {
        limit: size,
        view: deliveryView,
        cursorAfter: (last) => cursors.write(last.eventId, context),
      })
    },
  )
}

function pingRoute(app: App, { webhookOperations }: WebhookDeliveriesRoutesOptions): void {
  app.post(
    '/v1/webhooks/:id/ping',
    {
      config: { access: writes, limit: pingLimit, problems: [notFound] },
      schema: {
        operationId: 'pingWebhook',
        summary: 'Send a test message to a webhook',
        description: 'Makes one attempt with the type `ping`, and answers how it went.',
        tags,
        params: WebhookParams,
        response: { 200: PingView },
      },
    },
    async ({ params }) => {
      const error = await webhookOperations.ping(pathId(params.id))
      return { delivered: error === null, error }
    },
  )
}

function replayRoute(app: App, { webhookOperations }: WebhookDeliveriesRoutesOptions): void {
  app.post(
    '/v1/webhooks/:id/replay',
    {
      config: {
        access: writes,
        bodyIsOptional: true,
        limit: replayLimit,
        problems: [notFound],
        checkRules: (body) => toReplay(body),
      },
      schema: {
        operationId: 'replayWebhook',
        summary: 'Send events to a webhook again',
        description:
          'Sends what was given up, and what waits for a later attempt, or everything since a time. The events keep their ids: a receiver that knows an id ignores it.',
        tags,
        params: WebhookParams,
        body: ReplayBody,
        response: { 200: ReplayView },
      },
    },
    async (request) => {
      const id = pathId<WebhookId>(request.params.id)
      return replayView(await webhookOperations.replay(id, toReplay(request.body), contextOf(request)))
    },
  )
}
