import { currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { NoContent } from '../../../platform/http/no-content.ts'
import { pathId } from '../../../platform/http/path-id.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import type { LinkedAccountId } from '../../../platform/kernel/ids.ts'
import { notFound, stepUpRequired } from '../../../platform/kernel/problems.ts'
import { lastSignInMethod } from '../../authentication/ways-in/model.ts'
import { linkedAccountsLimit as limit } from './limits/answer.ts'
import { LinkedAccountParams, LinkedAccountsView, linkedAccountsView } from './schema.ts'
import type { OwnLinkedAccounts } from './service.ts'

const tags = ['Me']

export interface LinkedAccountsRoutesOptions {
  readonly ownLinkedAccounts: OwnLinkedAccounts
}

export function linkedAccountsRoutes(app: App, { ownLinkedAccounts }: LinkedAccountsRoutesOptions): void {
  app.get(
    '/v1/me/linked-accounts',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'listMyLinkedAccounts',
        summary: 'List my accounts at other providers',
        description:
          'The accounts with which the caller signs in. To connect another one, its owner opens `/account/security` in a browser.',
        tags,
        response: { 200: LinkedAccountsView },
      },
    },
    async (request) => linkedAccountsView(await ownLinkedAccounts.list(currentUser(request).accountId)),
  )

  app.delete(
    '/v1/me/linked-accounts/:id',
    {
      config: { access: 'user', limit, problems: [lastSignInMethod, notFound, stepUpRequired] },
      schema: {
        operationId: 'removeMyLinkedAccount',
        summary: 'Disconnect one of my accounts at other providers',
        description:
          'Needs a recent sign-in, and a recent second factor if the account has one. All other sessions end, and the owner is notified. The only way to sign in cannot be removed.',
        tags,
        params: LinkedAccountParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      const id = pathId<LinkedAccountId>(request.params.id)
      await ownLinkedAccounts.remove(currentUser(request), id, contextOf(request))
      return reply.code(204).send(null)
    },
  )
}
