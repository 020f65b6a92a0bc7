import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { currentUser } from '../../../../platform/http/access.ts'
import type { App } from '../../../../platform/http/app.ts'
import { setProviderCookie } from '../../../../platform/http/flow-cookie.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { LinkedAccountId } from '../../../../platform/kernel/ids.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import { flowSeconds } from '../../../authentication/federation/flows/service.ts'
import type { FederationService } from '../../../authentication/federation/service.ts'
import { linkedAccountsLimit as limit } from '../../../self-service/linked-accounts/limits/answer.ts'
import type { OwnLinkedAccounts } from '../../../self-service/linked-accounts/service.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { linkedAccountsPath as path, securityPath } from '../../frame/paths.ts'
import { departurePage } from '../../providers/page.ts'
import { answerRefusal } from '../../providers/refusals.ts'
import { afterwards } from '../done.ts'
import { withFreshFactor } from '../factors/fresh-factor.ts'
import { answerForm } from '../forms.ts'
import { type AccountPagesOptions, readerOf } from '../reader.ts'
import { removalPage } from './page.ts'
import { nameIn } from './part.ts'

export interface LinkedAccountsPagesOptions extends AccountPagesOptions {
  readonly federation: Pick<FederationService, 'providers' | 'startLink'>
  readonly ownLinkedAccounts: Pick<OwnLinkedAccounts, 'list' | 'remove'>
}

const LinkedAccountParams = Type.Object({ id: Type.String({ maxLength: 100 }) })
const ProviderParams = Type.Object({ provider: Type.String({ maxLength: 40 }) })

/** The pages on which owners connect and disconnect their accounts at other providers. */
export function linkedAccountsPages(app: App, options: LinkedAccountsPagesOptions): void {
  const { federation, ownLinkedAccounts } = options
  app.post(
    `${path}/with/:provider`,
    // The cookie of the session brings the answer back, so nothing else can begin it.
    { config: { access: 'session_code', limit }, schema: { hide: true, params: ProviderParams } },
    async (request, reply) => {
      const { provider } = request.params
      return await answerRefusal(request, reply, options, provider, () =>
        withFreshFactor(reply, securityPath, async () => {
          const { secret, url } = await federation.startLink(currentUser(request), provider)
          setProviderCookie(reply, secret, flowSeconds)
          // A redirect would be refused: the policy for forms of this page applies to it (CSP 3 §6.4.2).
          void reply.header('refresh', `0; url=${url.href}`)
          const name = federation.providers.find(({ id }) => id === provider)?.name ?? provider
          const { view } = readerOf(request, options)
          return await sendPage(reply, departurePage(view, { name, url: url.href }))
        }),
      )
    },
  )

  const one = { schema: { hide: true, params: LinkedAccountParams } } as const
  app.get(`${path}/:id`, { config: { access: 'user' }, ...one }, async (request, reply) => {
    const page = await pageOf(request, pathId(request.params.id), options)
    return await sendPage(reply, removalPage(readerOf(request, options), { ...page, refusal: null }))
  })
  app.post(`${path}/:id`, { config: { access: 'user', limit }, ...one }, async (request, reply) => {
    const id = pathId<LinkedAccountId>(request.params.id)
    const reader = readerOf(request, options)
    const page = await pageOf(request, id, options)
    return await withFreshFactor(reply, `${path}/${id}`, () =>
      answerForm(reply, reader, {
        work: async (): Promise<FastifyReply> => {
          await ownLinkedAccounts.remove(reader.user, id, contextOf(request))
          return await reply.redirect(afterwards(securityPath, 'account_disconnected'), 303)
        },
        again: (refusal) => removalPage(reader, { ...page, refusal }),
      }),
    )
  })
}

/** @throws `not_found`, also for that of someone else (A33) */
async function pageOf(
  request: FastifyRequest,
  id: LinkedAccountId,
  { federation, ownLinkedAccounts }: LinkedAccountsPagesOptions,
) {
  const all = await ownLinkedAccounts.list(currentUser(request).accountId)
  const linked = all.find((each) => each.id === id)
  if (linked === undefined) throw new Failure(notFound)
  return { linked, providerName: nameIn(federation.providers, linked) }
}
