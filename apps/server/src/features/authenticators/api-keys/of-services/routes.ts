import type { FastifyRequest } from 'fastify'
import type { App } from '../../../../platform/http/app.ts'
import { IdempotencyHeaders, idempotencyKey } from '../../../../platform/http/idempotency-key.ts'
import { NoContent } from '../../../../platform/http/no-content.ts'
import { PageQuery } from '../../../../platform/http/paging.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import type { AccountId, ApiKeyId } from '../../../../platform/kernel/ids.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import { authorOf } from '../../../authorization/roles/answer.ts'
import { type KeyPages, keyPage } from '../answer.ts'
import { readKeyFields } from '../input.ts'
import type { ApiKeyManagement, KeyManager, ServiceKeyManagers } from '../management/service.ts'
import { alreadyRotated, tooManyApiKeys } from '../model.ts'
import {
  ApiKeyPatchBody,
  ApiKeysView,
  ApiKeyView,
  apiKeyView,
  IssuedApiKeyView,
  issuedApiKeyView,
  NewApiKeyBody,
  RotationBody,
  ServiceKeyParams,
  ServiceKeysParams,
  toApiKeyChanges,
  toApiKeyInput,
  toRotation,
} from '../schema.ts'

const limit = { name: 'service-api-keys', quota: 60, windowSeconds: 300 }

const tags = ['Administration']

const access = { permission: 'keys:write' } as const

export interface ServiceKeysRoutesOptions extends KeyPages {
  readonly apiKeyManagement: ApiKeyManagement
  readonly serviceAccounts: ServiceKeyManagers
}

export function serviceKeysRoutes(app: App, options: ServiceKeysRoutesOptions): void {
  listRoute(app, options)
  createRoute(app, options)
  rotationRoute(app, options)
  patchRoute(app, options)
  revokeRoute(app, options)
}

function listRoute(app: App, options: ServiceKeysRoutesOptions): void {
  app.get(
    '/v1/service-accounts/:id/api-keys',
    {
      config: { access, problems: [notFound] },
      schema: {
        operationId: 'listServiceAccountApiKeys',
        summary: 'List the API keys of a service account, newest first',
        description: 'Never shows a secret. To get the next page, pass `next_cursor` as `cursor`.',
        tags,
        params: ServiceKeysParams,
        querystring: PageQuery,
        response: { 200: ApiKeysView },
      },
    },
    async (request) => {
      const { accountId } = await managerOf(request, options)
      return await keyPage(options, accountId, request.query)
    },
  )
}

function createRoute(app: App, options: ServiceKeysRoutesOptions): void {
  app.post(
    '/v1/service-accounts/:id/api-keys',
    {
      config: {
        access,
        limit,
        checkRules: (body) => readKeyFields(toApiKeyChanges(body)),
        freshSession: true,
        problems: [notFound, tooManyApiKeys],
      },
      schema: {
        operationId: 'createServiceAccountApiKey',
        summary: 'Create an API key for a service account',
        description:
          'The key allows no more than the account may do, and the caller must have every permission that the account has. ' +
          'The answer shows the secret this once.',
        tags,
        params: ServiceKeysParams,
        headers: IdempotencyHeaders,
        body: NewApiKeyBody,
        response: { 201: IssuedApiKeyView },
      },
    },
    async (request, reply) => {
      const input = toApiKeyInput(request.body)
      const manager = await managerOf(request, options)
      const issued = await options.apiKeyManagement.create(manager, input, idempotencyKey(request))
      return reply.code(201).send(issuedApiKeyView(issued))
    },
  )
}

function rotationRoute(app: App, options: ServiceKeysRoutesOptions): void {
  app.post(
    '/v1/service-accounts/:id/api-keys/:key_id/rotation',
    {
      config: {
        access,
        bodyIsOptional: true,
        limit,
        freshSession: true,
        problems: [notFound, alreadyRotated, tooManyApiKeys],
      },
      schema: {
        operationId: 'rotateServiceAccountApiKey',
        summary: 'Replace an API key of a service account',
        description:
          'Creates a key with the same name, permissions and networks. The former key still works for a while, so that ' +
          'no call fails while the program gets the new one.',
        tags,
        params: ServiceKeyParams,
        headers: IdempotencyHeaders,
        body: RotationBody,
        response: { 201: IssuedApiKeyView },
      },
    },
    async (request, reply) => {
      const rotation = toRotation(request.body)
      const manager = await managerOf(request, options)
      const id = pathId<ApiKeyId>(request.params.key_id)
      const issued = await options.apiKeyManagement.rotate(manager, id, rotation, idempotencyKey(request))
      return reply.code(201).send(issuedApiKeyView(issued))
    },
  )
}

function patchRoute(app: App, options: ServiceKeysRoutesOptions): void {
  app.patch(
    '/v1/service-accounts/:id/api-keys/:key_id',
    {
      config: {
        access,
        limit,
        checkRules: (body) => readKeyFields(toApiKeyChanges(body)),
        freshSession: true,
        problems: [notFound],
      },
      schema: {
        operationId: 'patchServiceAccountApiKey',
        summary: 'Change an API key of a service account',
        description: 'The secret and the end stay the same.',
        tags,
        params: ServiceKeyParams,
        body: ApiKeyPatchBody,
        response: { 200: ApiKeyView },
      },
    },
    async (request) => {
      const manager = await managerOf(request, options)
      const id = pathId<ApiKeyId>(request.params.key_id)
      return apiKeyView(await options.apiKeyManagement.change(manager, id, toApiKeyChanges(request.body)))
    },
  )
}

function revokeRoute(app: App, options: ServiceKeysRoutesOptions): void {
  app.delete(
    '/v1/service-accounts/:id/api-keys/:key_id',
    {
      config: { access, limit, problems: [notFound] },
      schema: {
        operationId: 'revokeServiceAccountApiKey',
        summary: 'Revoke an API key of a service account',
        description: 'The key no longer works, from this moment on.',
        tags,
        params: ServiceKeyParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      const manager = await managerOf(request, options)
      await options.apiKeyManagement.revoke(manager, pathId(request.params.key_id))
      return reply.code(204).send(null)
    },
  )
}

async function managerOf(
  request: FastifyRequest<{ Params: { readonly id: string } }>,
  { serviceAccounts }: ServiceKeysRoutesOptions,
): Promise<KeyManager> {
  const id = pathId<AccountId>(request.params.id)
  return await serviceAccounts.managerOf(id, authorOf(request))
}
