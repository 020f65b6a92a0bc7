import type { Cursors } from '../../../platform/crypto/cursors.ts'
import type { App } from '../../../platform/http/app.ts'
import { IdempotencyHeaders, idempotencyKey } from '../../../platform/http/idempotency-key.ts'
import { NoContent } from '../../../platform/http/no-content.ts'
import { limitOf, listPage, PageQuery } from '../../../platform/http/paging.ts'
import { pathId } from '../../../platform/http/path-id.ts'
import type { ClientId } from '../../../platform/kernel/ids.ts'
import { forbidden, notFound } from '../../../platform/kernel/problems.ts'
import { tooManyClients, tooManySecrets } from '../../authorization/clients/model.ts'
import { authorOf } from '../../authorization/roles/answer.ts'
import type { ClientCreation } from './creation.ts'
import { noSecretsNeeded } from './model.ts'
import {
  ClientDetailsView,
  ClientParams,
  ClientsView,
  ClientView,
  CreateClientBody,
  CreatedClientView,
  clientDetailsView,
  clientView,
  createdClientView,
  SecretParams,
  ShownSecretView,
  shownSecretView,
  toClientInput,
  toNewClientInput,
  UpdateClientBody,
} from './schema.ts'
import type { ClientAdministration } from './service.ts'

export interface ClientsRoutesOptions {
  readonly clientAdministration: ClientAdministration
  readonly clientCreation: ClientCreation
  readonly cursors: Cursors
}

const tags = ['Administration']
const reading = { permission: 'clients:read' } as const
/** Someone at an unlocked machine could make a lasting way in (ASVS 7.5.1). */
const writing = {
  access: { permission: 'clients:write' },
  freshSession: true,
  // Far more than a person changes, and too few to fill the audit trail (I13).
  limit: { name: 'clients', quota: 300, windowSeconds: 300 },
} as const

export function clientsRoutes(app: App, options: ClientsRoutesOptions): void {
  readingRoutes(app, options)
  createRoute(app, options)
  changingRoutes(app, options)
  secretsRoutes(app, options)
}

function readingRoutes(app: App, { clientAdministration, cursors }: ClientsRoutesOptions): void {
  app.get(
    '/v1/clients',
    {
      config: { access: reading },
      schema: {
        operationId: 'listClients',
        summary: 'List the clients',
        description: 'The oldest first. To get the next page, pass `next_cursor` as `cursor`.',
        tags,
        querystring: PageQuery,
        response: { 200: ClientsView },
      },
    },
    async (request) => {
      const context = { list: 'clients', owner: '' }
      const { cursor } = request.query
      const after = cursor === undefined ? null : (cursors.read(cursor, context) as ClientId)
      const limit = limitOf(request.query)
      const found = await clientAdministration.list({ after, limit: limit + 1 })
      return listPage(found, {
        limit,
        view: clientView,
        cursorAfter: (last) => cursors.write(last.id, context),
      })
    },
  )

  app.get(
    '/v1/clients/:id',
    {
      config: { access: reading, problems: [notFound] },
      schema: {
        operationId: 'getClient',
        summary: 'Get a client',
        description: 'With its secrets, each by its id and the time at which it was created.',
        tags,
        params: ClientParams,
        response: { 200: ClientDetailsView },
      },
    },
    async (request) => clientDetailsView(await clientAdministration.show(pathId(request.params.id))),
  )
}

function createRoute(app: App, { clientAdministration, clientCreation }: ClientsRoutesOptions): void {
  app.post(
    '/v1/clients',
    {
      config: {
        ...writing,
        // A repeated request finds nothing if the client has been deleted.
        problems: [forbidden, notFound, tooManyClients],
        checkRules: (body) => clientAdministration.check({ applicationType: 'web', ...toClientInput(body) }),
      },
      schema: {
        operationId: 'createClient',
        summary: 'Create a client',
        description:
          'With the grant `authorization_code`, people sign in to the client at Proxima (OpenID Connect). With the grant `client_credentials`, the client gets a service account with the given roles, and acts for it. The answer shows the secret only once. With the header `Idempotency-Key`, a repeated request gets the first answer again.',
        tags,
        headers: IdempotencyHeaders,
        body: CreateClientBody,
        response: { 201: CreatedClientView },
      },
    },
    async (request, reply) => {
      const input = toNewClientInput(request.body)
      const created = await clientCreation.create(input, authorOf(request), idempotencyKey(request))
      return reply.code(201).send(createdClientView(created))
    },
  )
}

function changingRoutes(app: App, { clientAdministration }: ClientsRoutesOptions): void {
  app.patch(
    '/v1/clients/:id',
    {
      config: {
        ...writing,
        problems: [forbidden, notFound],
        checkRules: (body) => clientAdministration.check(toClientInput(body)),
      },
      schema: {
        operationId: 'updateClient',
        summary: 'Change a client',
        description:
          'A permission that you take out of the scope stops working in the tokens of the client at once. To change the roles of its service account, use `PUT /v1/users/{id}/roles`.',
        tags,
        params: ClientParams,
        body: UpdateClientBody,
        response: { 200: ClientView },
      },
    },
    async (request) => {
      const { body, params } = request
      const input = toClientInput(body)
      return clientView(await clientAdministration.update(pathId(params.id), input, authorOf(request)))
    },
  )

  app.delete(
    '/v1/clients/:id',
    {
      config: { ...writing, problems: [forbidden, notFound] },
      schema: {
        operationId: 'deleteClient',
        summary: 'Delete a client',
        description: 'Its secrets and tokens stop working at once, and its service account ends.',
        tags,
        params: ClientParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await clientAdministration.delete(pathId(request.params.id), authorOf(request))
      return reply.code(204).send(null)
    },
  )
}

function secretsRoutes(app: App, { clientAdministration }: ClientsRoutesOptions): void {
  app.post(
    '/v1/clients/:id/secrets',
    {
      config: { ...writing, problems: [forbidden, notFound, tooManySecrets, noSecretsNeeded] },
      schema: {
        operationId: 'addClientSecret',
        summary: 'Add a secret to a client',
        description:
          'A client may have two secrets. To replace one without an interruption: add the new one, give it to the program, and delete the old one. The answer shows the secret only once. With the header `Idempotency-Key`, a repeated request gets the first answer again.',
        tags,
        params: ClientParams,
        headers: IdempotencyHeaders,
        response: { 201: ShownSecretView },
      },
    },
    async (request, reply) => {
      const id = pathId<ClientId>(request.params.id)
      const added = await clientAdministration.addSecret(id, authorOf(request), idempotencyKey(request))
      return reply.code(201).send(shownSecretView(added))
    },
  )

  app.delete(
    '/v1/clients/:id/secrets/:secret_id',
    {
      config: { ...writing, problems: [forbidden, notFound] },
      schema: {
        operationId: 'deleteClientSecret',
        summary: 'Delete a secret of a client',
        description:
          'No one gets a token with it any more. Tokens that the client already has work until they expire.',
        tags,
        params: SecretParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      const { id, secret_id: secretId } = request.params
      await clientAdministration.deleteSecret(pathId(id), pathId(secretId), authorOf(request))
      return reply.code(204).send(null)
    },
  )
}
