import { currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { NoContent } from '../../../platform/http/no-content.ts'
import { PageQuery } from '../../../platform/http/paging.ts'
import { pathId } from '../../../platform/http/path-id.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import type { ClientId } from '../../../platform/kernel/ids.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import { type ConsentPages, consentPage, consentsLimit } from './answer.ts'
import { ConsentParams, ConsentsView } from './schema.ts'
import type { OwnConsents } from './service.ts'

const tags = ['Me']

export interface ConsentsRoutesOptions extends ConsentPages {
  readonly ownConsents: OwnConsents
}

export function consentsRoutes(app: App, options: ConsentsRoutesOptions): void {
  app.get(
    '/v1/me/consents',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'listMyConsents',
        summary: 'List the clients that I have allowed something',
        description:
          'Clients that belong to the service itself are not listed: no one is asked for consent to them. To get the ' +
          'next page, pass `next_cursor` as `cursor`.',
        tags,
        querystring: PageQuery,
        response: { 200: ConsentsView },
      },
    },
    async (request) => await consentPage(options, currentUser(request).accountId, request.query),
  )

  app.delete(
    '/v1/me/consents/:client_id',
    {
      config: { access: 'user', limit: consentsLimit, problems: [notFound] },
      schema: {
        operationId: 'revokeMyConsent',
        summary: 'Take back what I have allowed a client',
        description:
          'The sessions and tokens of the client for the caller end at once. The next time, it must ask again.',
        tags,
        params: ConsentParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      const { ownConsents } = options
      const clientId = pathId<ClientId>(request.params.client_id)
      await ownConsents.revoke(currentUser(request), clientId, contextOf(request))
      return reply.code(204).send(null)
    },
  )
}
