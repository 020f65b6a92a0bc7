import Type from 'typebox'
import { currentUser, optionalUser } from '../../../../platform/http/access.ts'
import type { App } from '../../../../platform/http/app.ts'
import { clearProviderCookie, readProviderCookie } from '../../../../platform/http/flow-cookie.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { FederationRefusal } from '../../../authentication/federation/model.ts'
import { registerLimit } from '../../../authentication/registration/answer.ts'
import { refuseForeignCookies } from '../../../authentication/sign-in/answer.ts'
import { linkedAccountsLimit } from '../../../self-service/linked-accounts/limits/answer.ts'
import { withFreshFactor } from '../../account/factors/fresh-factor.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { accountPath, agreePath, connectPath } from '../../frame/paths.ts'
import { viewOf } from '../../frame/view.ts'
import { agreePage, connectPage, hasAccountPage, otherAccountPage } from '../page.ts'
import { answerRefusal } from '../refusals.ts'
import { leadOn, type ProviderPagesOptions, sourceOf } from '../routes.ts'

const AgreeForm = Type.Object({ terms: Type.Optional(Type.Literal('yes')) }, { additionalProperties: false })

/** What someone has still to do whom a provider knows. The browser has the secret of it. */
export function waitingProviderRoutes(app: App, options: ProviderPagesOptions): void {
  connectRoutes(app, options)
  agreeRoutes(app, options)
}

function connectRoutes(app: App, options: ProviderPagesOptions): void {
  const { federation } = options
  app.get(
    connectPath,
    { config: { access: 'optional', openToUnverified: true }, schema: { hide: true } },
    async (request, reply) => {
      const waiting = await federation.waiting(readProviderCookie(request))
      const user = optionalUser(request)
      if (waiting === null || waiting.accountId === null)
        return user === null
          ? await answerRefusal(request, reply, options, '', async () => overNow())
          : await reply.redirect(accountPath, 303)
      const view = viewOf(request, options)
      if (user === null) return await sendPage(reply, hasAccountPage(view, waiting))
      const isOwner = user.accountId === waiting.accountId
      const page = isOwner ? connectPage(view, waiting, user.account) : otherAccountPage(view, waiting)
      return await sendPage(reply, page)
    },
  )
  app.post(
    connectPath,
    {
      config: { access: 'session_code', openToUnverified: true, limit: linkedAccountsLimit },
      schema: { hide: true },
    },
    async (request, reply) => {
      const secret = readProviderCookie(request) ?? ''
      const provider = (await federation.waiting(secret))?.identity.provider ?? ''
      return await answerRefusal(request, reply, options, provider, () =>
        withFreshFactor(reply, connectPath, async () => {
          const returnTo = await federation.connect(currentUser(request), secret, contextOf(request))
          clearProviderCookie(reply)
          return await reply.redirect(returnTo ?? accountPath, 303)
        }),
      )
    },
  )
}

function agreeRoutes(app: App, options: ProviderPagesOptions): void {
  const { federation, publicUrl } = options
  app.get(agreePath, { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
    const waiting = await federation.waiting(readProviderCookie(request))
    if (waiting === null || waiting.accountId !== null)
      return await answerRefusal(request, reply, options, '', async () => overNow())
    return await sendPage(reply, agreePage(viewOf(request, options), waiting, { isMissing: false }))
  })
  app.post(
    agreePath,
    { config: { access: 'public', limit: registerLimit }, schema: { hide: true, body: AgreeForm } },
    async (request, reply) => {
      refuseForeignCookies(request, 'cookie', publicUrl())
      const secret = readProviderCookie(request) ?? ''
      const waiting = await federation.waiting(secret)
      if (waiting !== null && request.body?.terms !== 'yes')
        return await sendPage(reply, agreePage(viewOf(request, options), waiting, { isMissing: true }), 422)
      return await answerRefusal(request, reply, options, waiting?.identity.provider ?? '', async () => {
        const arrived = await federation.agree(secret, sourceOf(request, options))
        clearProviderCookie(reply)
        return await leadOn(request, reply, options, arrived)
      })
    },
  )
}

function overNow(): never {
  throw new FederationRefusal('flow_over')
}
