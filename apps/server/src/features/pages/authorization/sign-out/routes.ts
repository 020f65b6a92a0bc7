import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { html } from '../../../../platform/html/html.ts'
import type { App } from '../../../../platform/http/app.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { clearSessionCookie } from '../../../../platform/http/session-cookie.ts'
import { endSessionPath } from '../../../integration/oauth/model.ts'
import { nameOf } from '../../frame/account-name.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { signOutPath } from '../../frame/paths.ts'
import { type SignOut, signOutQuestion } from '../../frame/sign-out.ts'
import { viewOf } from '../../frame/view.ts'
import { goingPage, refusedPage } from '../page.ts'
import { type AuthorizationPagesOptions, browserOf, postComesAgain, refusalIn } from '../routes.ts'

export interface EndSessionPagesOptions extends AuthorizationPagesOptions {
  readonly logout: SignOut
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
  postComesAgain(app, endSessionPath, limit)
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
  const fields = html`<input type="hidden" name="secret" value="${answer.signOut.secret}">\n`
  const name = nameOf(browser.principal.account)
  return await sendPage(reply, signOutQuestion(view, { action: confirmPath, name, fields }))
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
