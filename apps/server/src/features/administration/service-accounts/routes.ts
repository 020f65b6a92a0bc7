import type { Cursors } from '../../../platform/crypto/cursors.ts'
import { currentCaller } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { IdempotencyHeaders, idempotencyKey } from '../../../platform/http/idempotency-key.ts'
import { limitOf, listPage, PageQuery } from '../../../platform/http/paging.ts'
import { pathId } from '../../../platform/http/path-id.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import { authorOf } from '../../authorization/roles/answer.ts'
import {
  ServiceAccountBody,
  ServiceAccountParams,
  ServiceAccountsView,
  ServiceAccountView,
  serviceAccountView,
} from './schema.ts'
import type { ServiceAccountsService } from './service.ts'

/** A script that sets up a deployment makes some dozens. */
const limit = { name: 'service-accounts', quota: 60, windowSeconds: 300 }

const tags = ['Administration']

export interface ServiceAccountsRoutesOptions {
  readonly serviceAccounts: ServiceAccountsService
  readonly cursors: Cursors
}

export function serviceAccountsRoutes(app: App, options: ServiceAccountsRoutesOptions): void {
  listRoute(app, options)
  createRoute(app, options)
  getRoute(app, options)
  patchRoute(app, options)
}

function listRoute(app: App, { serviceAccounts, cursors }: ServiceAccountsRoutesOptions): void {
  app.get(
    '/v1/service-accounts',
    {
      config: { access: { permission: 'users:read' } },
      schema: {
        operationId: 'listServiceAccounts',
        summary: 'List the accounts of programs, oldest first',
        description: 'To get the next page, pass `next_cursor` as `cursor`.',
        tags,
        querystring: PageQuery,
        response: { 200: ServiceAccountsView },
      },
    },
    async (request) => {
      const context = { list: 'service_accounts', owner: currentCaller(request).accountId }
      const { cursor } = request.query
      const after = cursor === undefined ? null : (cursors.read(cursor, context) as AccountId)
      const size = limitOf(request.query)
      const found = await serviceAccounts.list({ after, limit: size + 1 })
      return listPage(found, {
        limit: size,
        view: serviceAccountView,
        cursorAfter: (last) => cursors.write(last.id, context),
      })
    },
  )
}

function createRoute(app: App, { serviceAccounts }: ServiceAccountsRoutesOptions): void {
  app.post(
    '/v1/service-accounts',
    {
      config: {
        access: { permission: 'users:write' },
        limit,
        checkRules: (body) => serviceAccounts.checkRules(body),
      },
      schema: {
        operationId: 'createServiceAccount',
        summary: 'Create an account for a program',
        description:
          'It has no role, no password and no contact. Give it roles with `PUT /v1/users/{id}/roles`, and an API key. With the header `Idempotency-Key`, a repeated request gets the first answer again.',
        tags,
        headers: IdempotencyHeaders,
        body: ServiceAccountBody,
        response: { 201: ServiceAccountView },
      },
    },
    async (request, reply) => {
      const { name } = request.body
      const account = await serviceAccounts.createOnce(name, authorOf(request), idempotencyKey(request))
      return reply.code(201).send(serviceAccountView(account))
    },
  )
}

function getRoute(app: App, { serviceAccounts }: ServiceAccountsRoutesOptions): void {
  app.get(
    '/v1/service-accounts/:id',
    {
      config: { access: { permission: 'users:read' }, problems: [notFound] },
      schema: {
        operationId: 'getServiceAccount',
        summary: 'Show the account of a program',
        tags,
        params: ServiceAccountParams,
        response: { 200: ServiceAccountView },
      },
    },
    async (request) => serviceAccountView(await serviceAccounts.get(pathId(request.params.id))),
  )
}

function patchRoute(app: App, { serviceAccounts }: ServiceAccountsRoutesOptions): void {
  app.patch(
    '/v1/service-accounts/:id',
    {
      config: {
        access: { permission: 'users:write' },
        limit,
        checkRules: (body) => serviceAccounts.checkRules(body),
        problems: [notFound],
      },
      schema: {
        operationId: 'patchServiceAccount',
        summary: 'Rename the account of a program',
        tags,
        params: ServiceAccountParams,
        body: ServiceAccountBody,
        response: { 200: ServiceAccountView },
      },
    },
    async (request) => {
      const { name } = request.body
      const id = pathId<AccountId>(request.params.id)
      const author = authorOf(request)
      return serviceAccountView(await serviceAccounts.rename(id, name, author))
    },
  )
}
