import type { Cursors } from '../../../../platform/crypto/cursors.ts'
import { currentCaller } from '../../../../platform/http/access.ts'
import type { App } from '../../../../platform/http/app.ts'
import { IdempotencyHeaders, idempotencyKey } from '../../../../platform/http/idempotency-key.ts'
import { NoContent } from '../../../../platform/http/no-content.ts'
import { limitOf, listPage, PageQuery } from '../../../../platform/http/paging.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import type { WebhookId } from '../../../../platform/kernel/ids.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import { overlapDefaultSeconds, tooManyWebhooks } from './model.ts'
import type { NewSecretsService } from './new-secrets.ts'
import {
  NewWebhookView,
  PatchWebhookBody,
  toChange,
  toSettings,
  WebhookBody,
  WebhookParams,
  WebhookSecretBody,
  WebhookSecretView,
  WebhooksView,
  WebhookView,
  webhookView,
} from './schema.ts'
import type { EndpointsService } from './service.ts'

export interface WebhooksRoutesOptions {
  readonly webhooks: EndpointsService
  readonly webhookSecrets: NewSecretsService
  readonly cursors: Cursors
}

const tags = ['Webhooks']
const reads = { permission: 'webhooks:read' } as const
const writes = { permission: 'webhooks:write' } as const
const limit = { name: 'webhooks', quota: 60, windowSeconds: 300 }

/** All callers with the permission see one list. */
const list = { list: 'webhooks', owner: 'all' }

export function webhooksRoutes(app: App, options: WebhooksRoutesOptions): void {
  readRoutes(app, options)
  createRoute(app, options)
  changeRoutes(app, options)
  secretRoute(app, options)
}

function readRoutes(app: App, { webhooks, cursors }: WebhooksRoutesOptions): void {
  app.get(
    '/v1/webhooks',
    {
      config: { access: reads },
      schema: {
        operationId: 'listWebhooks',
        summary: 'List webhooks, newest first',
        description: 'To get the next page, pass `next_cursor` as `cursor`.',
        tags,
        querystring: PageQuery,
        response: { 200: WebhooksView },
      },
    },
    async ({ query }) => {
      const before = query.cursor === undefined ? null : (cursors.read(query.cursor, list) as WebhookId)
      const size = limitOf(query)
      const found = await webhooks.list({ before, limit: size + 1 })
      return listPage(found, {
        limit: size,
        view: webhookView,
        cursorAfter: (last) => cursors.write(last.endpoint.id, list),
      })
    },
  )

  app.get(
    '/v1/webhooks/:id',
    {
      config: { access: reads, problems: [notFound] },
      schema: {
        operationId: 'getWebhook',
        summary: 'Get a webhook',
        description: 'Shows how many deliveries wait, and how many were given up.',
        tags,
        params: WebhookParams,
        response: { 200: WebhookView },
      },
    },
    async ({ params }) => webhookView(await webhooks.get(pathId(params.id))),
  )
}

function createRoute(app: App, { webhooks, webhookSecrets }: WebhooksRoutesOptions): void {
  app.post(
    '/v1/webhooks',
    {
      config: {
        access: writes,
        freshSession: true,
        limit,
        // A repeated request finds nothing if the webhook has been deleted.
        problems: [notFound, tooManyWebhooks],
        checkRules: (body) => webhooks.checkRules(toChange(body)),
      },
      schema: {
        operationId: 'createWebhook',
        summary: 'Create a webhook',
        description:
          'Events are sent there from now on, signed as Standard Webhooks describes. The answer shows the secret only once. With the header `Idempotency-Key`, a repeated request gets the first answer again.',
        tags,
        headers: IdempotencyHeaders,
        body: WebhookBody,
        response: { 201: NewWebhookView },
      },
    },
    async (request, reply) => {
      const { accountId } = currentCaller(request)
      const source = { accountId, context: contextOf(request), idempotencyKey: idempotencyKey(request) }
      const { id, secret } = await webhookSecrets.create(toSettings(request.body), source)
      return reply.code(201).send({ ...webhookView(await webhooks.get(id)), secret })
    },
  )
}

function changeRoutes(app: App, { webhooks }: WebhooksRoutesOptions): void {
  app.patch(
    '/v1/webhooks/:id',
    {
      config: {
        access: writes,
        freshSession: true,
        limit,
        problems: [notFound],
        checkRules: (body) => webhooks.checkRules(toChange(body)),
      },
      schema: {
        operationId: 'changeWebhook',
        summary: 'Change, disable or enable a webhook',
        description: 'The secret stays the same. What waits is sent to the new address.',
        tags,
        params: WebhookParams,
        body: PatchWebhookBody,
        response: { 200: WebhookView },
      },
    },
    async (request) => {
      const id = pathId<WebhookId>(request.params.id)
      return webhookView(await webhooks.change(id, toChange(request.body), contextOf(request)))
    },
  )

  app.delete(
    '/v1/webhooks/:id',
    {
      config: { access: writes, limit, problems: [notFound] },
      schema: {
        operationId: 'deleteWebhook',
        summary: 'Delete a webhook',
        description: 'Nothing more is sent there, not even what waits.',
        tags,
        params: WebhookParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await webhooks.delete(pathId(request.params.id), contextOf(request))
      return reply.code(204).send(null)
    },
  )
}

function secretRoute(app: App, { webhookSecrets }: WebhooksRoutesOptions): void {
  app.post(
    '/v1/webhooks/:id/secrets',
    {
      config: { access: writes, freshSession: true, bodyIsOptional: true, limit, problems: [notFound] },
      schema: {
        operationId: 'rotateWebhookSecret',
        summary: 'Get a new secret for a webhook',
        description:
          'Until the overlap ends, each event has two signatures, one with the secret before. A secret that was replaced earlier no longer signs. With the header `Idempotency-Key`, a repeated request gets the first answer again.',
        tags,
        headers: IdempotencyHeaders,
        params: WebhookParams,
        body: WebhookSecretBody,
        response: { 200: WebhookSecretView },
      },
    },
    async (request) => {
      const { accountId } = currentCaller(request)
      const source = { accountId, context: contextOf(request), idempotencyKey: idempotencyKey(request) }
      const overlapSeconds = request.body.overlap_seconds ?? overlapDefaultSeconds
      const { secret } = await webhookSecrets.rotate(pathId(request.params.id), overlapSeconds, source)
      return { secret }
    },
  )
}
