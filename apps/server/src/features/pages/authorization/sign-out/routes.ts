import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { html } from '../../../../platform/html/html.ts'
import type { App } from '../../../../platform/http/app.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { clearSessionCookie } from '../../../../platform/http/session-cookie.ts'
import type { OwnedSession } from '../../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import { endSessionPath } from '../../../integration/oauth/model.ts'
import type { SignOut } from '../../../openid/engine/model.ts'
import { nameOf } from '../../frame/account-name.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { submitButton } from '../../frame/parts.ts'
import { accountPath, signOutPath } from '../../frame/paths.ts'
import { taskPage } from '../../frame/task-page.ts'
import { type PageView, viewOf } from '../../frame/view.ts'
import { goingPage, refusedPage } from '../page.ts'
import { type AuthorizationPagesOptions, browserOf, refusalIn } from '../routes.ts'

export interface EndSessionPagesOptions extends AuthorizationPagesOptions {
  readonly logout: {
    logout(given: { current: OwnedSession; refreshToken: null }, context: RequestContext): Promise<void>
  }
}

const confirmPath = `${endSessionPath}/confirm`
const ConfirmForm = Type.Object({ secret: Type.String({ maxLength: 200 }) }, { additionalProperties: false })
const limit = { name: 'end-session-page', quota: 600, windowSeconds: 300 }
const config = { access: 'optional', limit } as const

/** Where an application sends a person to sign out (OpenID Connect RP-Initiated Logout §2). It asks first (A49, A114). */
export function endSessionPages(app: App, options: EndSessionPagesOptions): void {
  app.get(endSessionPath, { config, schema: { hide: true } }, async (request, reply) =>
    ask(request, reply, options),
  )
  // As for an authorization request: with POST a browser does not send the cookie of the session.
  app.post(
    endSessionPath,
    { config: { ...config, access: 'public' }, schema: { hide: true } },
    async ({ body }, reply) => {
      const parameters = new URLSearchParams((body ?? {}) as Record<string, string>)
      return await reply.redirect(`${endSessionPath}?${parameters.toString()}`, 303)
    },
  )
  app.post(confirmPath, { config, schema: { hide: true, body: ConfirmForm } }, async (request, reply) =>
    confirm(request, reply, request.body.secret, options),
  )
}

async function ask(
  request: FastifyRequest,
  reply: FastifyReply,
  options: EndSessionPagesOptions,
): Promise<FastifyReply> {
  const view = viewOf(request, options)
  const browser = browserOf(request)
  const answer = await options.openIdEngine.handle({ method: 'GET', path: request.url, browser })
  if (answer.status >= 400 || answer.signOut === null)
    return await sendPage(reply, refusedPage(view, refusalIn(answer)), 400)
  if (browser.principal === null) return await reply.redirect(answer.signOut.returnTo ?? signOutPath, 303)
  return await sendPage(reply, questionPage(view, answer.signOut, nameOf(browser.principal.account)))
}

async function confirm(
  request: FastifyRequest,
  reply: FastifyReply,
  secret: string,
  options: EndSessionPagesOptions,
): Promise<FastifyReply> {
  const view = viewOf(request, options)
  const browser = browserOf(request)
  const form = { xsrf: secret, logout: 'yes' }
  const answer = await options.openIdEngine.handle({ method: 'POST', path: confirmPath, form, browser })
  if (answer.location === null) return await sendPage(reply, refusedPage(view, refusalIn(answer)), 400)
  if (browser.principal !== null)
    await options.logout.logout({ current: browser.principal, refreshToken: null }, contextOf(request))
  clearSessionCookie(reply)
  const isOwn = answer.location.startsWith(options.publicUrl())
  if (isOwn) return await reply.redirect(signOutPath, 303)
  return await sendPage(reply, goingPage(view, answer.location, new URL(answer.location).hostname))
}

function questionPage(view: PageView, { secret }: SignOut, name: string): string {
  const { language } = view
  const say = language.sentences('sign_out')
  const who = html`<b dir="auto">${name}</b>`
  return taskPage(view, {
    title: say('title'),
    body: html`<h1>${say('question')}</h1>
<p class="lead">${language.markup('sign_out')('signed_in_as', { name: who })}</p>
<form class="stack" method="post" action="${confirmPath}">
<input type="hidden" name="secret" value="${secret}">
${submitButton(language, say('title'))}
<a class="btn btn-quiet btn-block" href="${accountPath}">${say('stay')}</a>
</form>`,
  })
}
