import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Cursors } from '../../../../platform/crypto/cursors.ts'
import type { App } from '../../../../platform/http/app.ts'
import { listPage } from '../../../../platform/http/paging.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { ApiKeyId } from '../../../../platform/kernel/ids.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import { keysLimit } from '../../../authenticators/api-keys/answer.ts'
import type { ApiKeyManagement } from '../../../authenticators/api-keys/management/service.ts'
import type { ApiKeysService } from '../../../authenticators/api-keys/service.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { afterwards, DoneQuery, doneAlert } from '../done.ts'
import { readerOf } from '../reader.ts'
import { type NewKeyPagesOptions, newKeyPages } from './new-key/routes.ts'
import { applicationsPage, applicationsPath } from './page.ts'

export interface ApplicationsPagesOptions extends NewKeyPagesOptions {
  readonly apiKeys: Pick<ApiKeysService, 'list'>
  readonly apiKeyManagement: Pick<ApiKeyManagement, 'create' | 'revoke'>
  readonly cursors: Cursors
}

const KeysQuery = Type.Object({
  ...DoneQuery.properties,
  cursor: Type.Optional(Type.String({ maxLength: 512 })),
})
const KeyParams = Type.Object({ id: Type.String({ maxLength: 100 }) })
const perPage = 20

export function applicationsPages(app: App, options: ApplicationsPagesOptions): void {
  app.get(
    applicationsPath,
    { config: { access: 'user' }, schema: { hide: true, querystring: KeysQuery } },
    async (request, reply) => await show(request, reply, request.query, options),
  )
  newKeyPages(app, options)
  app.post(
    `${applicationsPath}/:id/revoke`,
    { config: { access: 'user', limit: keysLimit }, schema: { hide: true, params: KeyParams } },
    async (request, reply) => await revoke(request, reply, pathId(request.params.id), options),
  )
}

async function show(
  request: FastifyRequest,
  reply: FastifyReply,
  { cursor, done }: { readonly cursor?: string; readonly done?: string },
  { apiKeys, cursors, ...options }: ApplicationsPagesOptions,
): Promise<FastifyReply> {
  const reader = readerOf(request, options)
  const { accountId } = reader.user
  const context = { list: 'api_keys', owner: accountId }
  const before = cursor === undefined ? null : (cursors.read(cursor, context) as ApiKeyId)
  const { data: keys, next_cursor: nextCursor } = listPage(
    await apiKeys.list(accountId, { before, limit: perPage + 1 }),
    { limit: perPage, view: (key) => key, cursorAfter: (last) => cursors.write(last.id, context) },
  )
  const alert = doneAlert(done, reader.view.language)
  return await sendPage(reply, applicationsPage(reader, { keys, nextCursor, alert }))
}

/** A key that has ended in the meantime is what the owner wants; one of someone else looks the same (A33). */
async function revoke(
  request: FastifyRequest,
  reply: FastifyReply,
  id: ApiKeyId,
  { apiKeyManagement, ownApiKeys, ...options }: ApplicationsPagesOptions,
): Promise<FastifyReply> {
  const owner = ownApiKeys.always(readerOf(request, options).user, contextOf(request))
  await apiKeyManagement.revoke(owner, id).catch((error: unknown) => {
    if (!(error instanceof Failure) || error.problem !== notFound) throw error
  })
  return await reply.redirect(afterwards(applicationsPath, 'key_revoked'), 303)
}
