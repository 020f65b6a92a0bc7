import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Cursors } from '../../../../platform/crypto/cursors.ts'
import type { App } from '../../../../platform/http/app.ts'
import { listPage } from '../../../../platform/http/paging.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { AccountId, ApiKeyId, ClientId } from '../../../../platform/kernel/ids.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import { keysLimit } from '../../../authenticators/api-keys/answer.ts'
import type { ApiKeyManagement } from '../../../authenticators/api-keys/management/service.ts'
import type { ApiKeysService } from '../../../authenticators/api-keys/service.ts'
import type { ConsentsService } from '../../../authorization/consents/service.ts'
import { consentsLimit } from '../../../self-service/consents/answer.ts'
import type { OwnConsents } from '../../../self-service/consents/service.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { afterwards, DoneQuery, doneAlert } from '../done.ts'
import { readerOf } from '../reader.ts'
import type { ShownConsents } from './consents/card.ts'
import { type NewKeyPagesOptions, newKeyPages } from './new-key/routes.ts'
import { applicationsPage } from './page.ts'
import { applicationsPath } from './paths.ts'

export interface ApplicationsPagesOptions extends NewKeyPagesOptions {
  readonly apiKeys: Pick<ApiKeysService, 'list'>
  readonly apiKeyManagement: Pick<ApiKeyManagement, 'create' | 'revoke'>
  readonly consents: Pick<ConsentsService, 'list'>
  readonly ownConsents: Pick<OwnConsents, 'revoke'>
  readonly cursors: Cursors
}

const KeysQuery = Type.Object({
  ...DoneQuery.properties,
  cursor: Type.Optional(Type.String({ maxLength: 512 })),
  consents: Type.Optional(Type.String({ maxLength: 512 })),
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
  app.post(
    `${applicationsPath}/consents/:id/revoke`,
    { config: { access: 'user', limit: consentsLimit }, schema: { hide: true, params: KeyParams } },
    async (request, reply) => await revokeConsent(request, reply, pathId(request.params.id), options),
  )
}

async function show(
  request: FastifyRequest,
  reply: FastifyReply,
  { cursor, consents: consentsCursor, done }: Static<typeof KeysQuery>,
  { apiKeys, consents, cursors, ...options }: ApplicationsPagesOptions,
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
  const shown = await shownConsents({ consents, cursors }, accountId, consentsCursor)
  return await sendPage(reply, applicationsPage(reader, { consents: shown, keys, nextCursor, alert }))
}

async function shownConsents(
  { consents, cursors }: Pick<ApplicationsPagesOptions, 'consents' | 'cursors'>,
  accountId: AccountId,
  cursor: string | undefined,
): Promise<ShownConsents> {
  const context = { list: 'consents', owner: accountId }
  const after = cursor === undefined ? null : (cursors.read(cursor, context) as ClientId)
  return listPage(await consents.list(accountId, { after, limit: perPage + 1 }), {
    limit: perPage,
    view: (consent) => consent,
    cursorAfter: ({ clientId }) => cursors.write(clientId, context),
  })
}

/** A key that has ended in the meantime is what the owner wants; one of someone else looks the same (A33). */
async function revoke(
  request: FastifyRequest,
  reply: FastifyReply,
  id: ApiKeyId,
  { apiKeyManagement, ownApiKeys, ...options }: ApplicationsPagesOptions,
): Promise<FastifyReply> {
  const owner = ownApiKeys.always(readerOf(request, options).user, contextOf(request))
  await apiKeyManagement.revoke(owner, id).catch(unlessGone)
  return await reply.redirect(afterwards(applicationsPath, 'key_revoked'), 303)
}

/** Like `revoke`: a consent that is gone is what the owner wants. */
async function revokeConsent(
  request: FastifyRequest,
  reply: FastifyReply,
  id: ClientId,
  { ownConsents, ...options }: ApplicationsPagesOptions,
): Promise<FastifyReply> {
  const owner = readerOf(request, options).user
  await ownConsents.revoke(owner, id, contextOf(request)).catch(unlessGone)
  return await reply.redirect(afterwards(applicationsPath, 'consent_revoked'), 303)
}

function unlessGone(error: unknown): void {
  if (!(error instanceof Failure) || error.problem !== notFound) throw error
}
