import { currentUser } from '../../../../platform/http/access.ts'
import type { App } from '../../../../platform/http/app.ts'
import { IdempotencyHeaders, idempotencyKey } from '../../../../platform/http/idempotency-key.ts'
import { NoContent } from '../../../../platform/http/no-content.ts'
import { PageQuery } from '../../../../platform/http/paging.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import type { ApiKeyId } from '../../../../platform/kernel/ids.ts'
import { notFound, stepUpRequired } from '../../../../platform/kernel/problems.ts'
import { type KeyPages, keyPage, keysLimit as limit } from '../answer.ts'
import { readKeyFields } from '../input.ts'
import type { ApiKeyManagement, OwnKeyManagers } from '../management/service.ts'
import { alreadyRotated, tooManyApiKeys } from '../model.ts'
import {
  ApiKeyPatchBody,
  ApiKeysView,
  ApiKeyView,
  apiKeyView,
  IssuedApiKeyView,
  issuedApiKeyView,
  NewApiKeyBody,
  OwnKeyParams,
  RotationBody,
  toApiKeyChanges,
  toApiKeyInput,
  toRotation,
} from '../schema.ts'

const tags = ['Me']

export interface OwnKeysRoutesOptions extends KeyPages {
  readonly apiKeyManagement: ApiKeyManagement
  readonly ownApiKeys: OwnKeyManagers
}

export function ownKeysRoutes(app: App, options: OwnKeysRoutesOptions): void {
  listRoute(app, options)
  createRoute(app, options)
  rotationRoute(app, options)
  patchRoute(app, options)
  revokeRoute(app, options)
}

function listRoute(app: App, options: OwnKeysRoutesOptions): void {
  app.get(
    '/v1/me/api-keys',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'listMyApiKeys',
        summary: 'List my API keys, newest first',
        description: 'Never shows a secret. To get the next page, pass `next_cursor` as `cursor`.',
        tags,
        querystring: PageQuery,
        response: { 200: ApiKeysView },
      },
    },
    async (request) => await keyPage(options, currentUser(request).accountId, request.query),
  )
}

function createRoute(app: App, { apiKeyManagement, ownApiKeys }: OwnKeysRoutesOptions): void {
  app.post(
    '/v1/me/api-keys',
    {
      config: {
        access: 'user',
        limit,
        checkRules: (body) => readKeyFields(toApiKeyChanges(body)),
        problems: [stepUpRequired, tooManyApiKeys],
      },
      schema: {
        operationId: 'createMyApiKey',
        summary: 'Create an API key',
        description:
          'For a program that acts for the caller. The key allows no more than the caller may do, and never to change ' +
          'credentials, contacts, roles or keys. The answer shows the secret this once. Needs a recent sign-in.',
        tags,
        headers: IdempotencyHeaders,
        body: NewApiKeyBody,
        response: { 201: IssuedApiKeyView },
      },
    },
    async (request, reply) => {
      const input = toApiKeyInput(request.body)
      const owner = await ownApiKeys.afterRecentSignIn(currentUser(request), contextOf(request))
      const issued = await apiKeyManagement.create(owner, input, idempotencyKey(request))
      return reply.code(201).send(issuedApiKeyView(issued))
    },
  )
}

function rotationRoute(app: App, { apiKeyManagement, ownApiKeys }: OwnKeysRoutesOptions): void {
  app.post(
    '/v1/me/api-keys/:id/rotation',
    {
      config: {
        access: 'user',
        bodyIsOptional: true,
        limit,
        problems: [stepUpRequired, notFound, alreadyRotated, tooManyApiKeys],
      },
      schema: {
        operationId: 'rotateMyApiKey',
        summary: 'Replace an API key',
        description:
          'Creates a key with the same name, permissions and networks. The former key still works for a while, so that ' +
          'no call fails while the program gets the new one. Needs a recent sign-in.',
        tags,
        params: OwnKeyParams,
        headers: IdempotencyHeaders,
        body: RotationBody,
        response: { 201: IssuedApiKeyView },
      },
    },
    async (request, reply) => {
      const rotation = toRotation(request.body)
      const owner = await ownApiKeys.afterRecentSignIn(currentUser(request), contextOf(request))
      const id = pathId<ApiKeyId>(request.params.id)
      const issued = await apiKeyManagement.rotate(owner, id, rotation, idempotencyKey(request))
      return reply.code(201).send(issuedApiKeyView(issued))
    },
  )
}

function patchRoute(app: App, { apiKeyManagement, ownApiKeys }: OwnKeysRoutesOptions): void {
  app.patch(
    '/v1/me/api-keys/:id',
    {
      config: {
        access: 'user',
        limit,
        checkRules: (body) => readKeyFields(toApiKeyChanges(body)),
        problems: [stepUpRequired, notFound],
      },
      schema: {
        operationId: 'patchMyApiKey',
        summary: 'Change the name, the permissions or the networks of an API key',
        description: 'The secret and the end stay the same. Needs a recent sign-in.',
        tags,
        params: OwnKeyParams,
        body: ApiKeyPatchBody,
        response: { 200: ApiKeyView },
      },
    },
    async (request) => {
      const owner = await ownApiKeys.afterRecentSignIn(currentUser(request), contextOf(request))
      const id = pathId<ApiKeyId>(request.params.id)
      return apiKeyView(await apiKeyManagement.change(owner, id, toApiKeyChanges(request.body)))
    },
  )
}

function revokeRoute(app: App, { apiKeyManagement, ownApiKeys }: OwnKeysRoutesOptions): void {
  app.delete(
    '/v1/me/api-keys/:id',
    {
      config: { access: 'user', limit, problems: [notFound] },
      schema: {
        operationId: 'revokeMyApiKey',
        summary: 'Revoke an API key',
        description: 'The key no longer works, from this moment on.',
        tags,
        params: OwnKeyParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      const owner = ownApiKeys.always(currentUser(request), contextOf(request))
      await apiKeyManagement.revoke(owner, pathId(request.params.id))
      return reply.code(204).send(null)
    },
  )
}
