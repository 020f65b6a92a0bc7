import type { App } from '../../../../platform/http/app.ts'
import { NoContent } from '../../../../platform/http/no-content.ts'
import { PageQuery } from '../../../../platform/http/paging.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import { forbidden, notFound } from '../../../../platform/kernel/problems.ts'
import { type KeyPages, keyPage } from '../../../authenticators/api-keys/answer.ts'
import { authorOf } from '../../../authorization/roles/answer.ts'
import { changesLimit } from '../answer.ts'
import { UserParams } from '../schema.ts'
import { UserApiKeyParams, UserApiKeysView } from './schema.ts'
import type { UserApiKeysService } from './service.ts'

export interface UserApiKeysRoutesOptions extends KeyPages {
  readonly userApiKeys: UserApiKeysService
}

const tags = ['Users']

export function userApiKeysRoutes(app: App, options: UserApiKeysRoutesOptions): void {
  listRoute(app, options)
  revokeRoute(app, options)
}

function listRoute(app: App, options: UserApiKeysRoutesOptions): void {
  app.get(
    '/v1/users/:id/api-keys',
    {
      config: { access: { permission: 'users:read' }, problems: [notFound] },
      schema: {
        operationId: 'listUserApiKeys',
        summary: 'List the API keys of a user, newest first',
        description: 'Never shows a secret. To get the next page, pass `next_cursor` as `cursor`.',
        tags,
        params: UserParams,
        querystring: PageQuery,
        response: { 200: UserApiKeysView },
      },
    },
    async (request) => {
      const accountId = await options.userApiKeys.ownerOf(pathId(request.params.id))
      return await keyPage(options, accountId, request.query)
    },
  )
}

function revokeRoute(app: App, { userApiKeys }: UserApiKeysRoutesOptions): void {
  app.delete(
    '/v1/users/:id/api-keys/:key_id',
    {
      config: {
        access: { permission: 'users:write' },
        limit: changesLimit,
        problems: [forbidden, notFound],
      },
      schema: {
        operationId: 'revokeUserApiKey',
        summary: 'Revoke an API key of a user',
        description: 'The key no longer works, from this moment on. Its owner can make another one.',
        tags,
        params: UserApiKeyParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      const { id, key_id: keyId } = request.params
      await userApiKeys.revoke(pathId(id), pathId(keyId), authorOf(request))
      return reply.code(204).send(null)
    },
  )
}
