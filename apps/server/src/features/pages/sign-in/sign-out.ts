import type { FastifyReply } from 'fastify'
import { html } from '../../../platform/html/html.ts'
import { optionalUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { clearSessionCookie, readSessionCookie } from '../../../platform/http/session-cookie.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { OwnedSession } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { type HostedPagesOptions, sendPage } from '../frame/hosted-pages.ts'
import { icon } from '../frame/icons.ts'
import { submitButton } from '../frame/parts.ts'
import { accountPath, signInPath, signOutPath } from '../frame/paths.ts'
import { taskPage } from '../frame/task-page.ts'
import { type PageView, viewOf } from '../frame/view.ts'

interface SignOut {
  logout(given: { current: OwnedSession; refreshToken: null }, context: RequestContext): Promise<void>
}

export interface SignOutOptions extends HostedPagesOptions {
  readonly logout: SignOut
}

const config = { access: 'optional', openToUnverified: true, openToImpersonators: true } as const

/** Asks first: a link on another site must not sign its visitors out (A49). */
export function signOutRoutes(app: App, options: SignOutOptions): void {
  app.get(signOutPath, { config, schema: { hide: true } }, async (request, reply) => {
    const view = viewOf(request, options)
    const user = optionalUser(request)
    return await sendPage(reply, user === null ? donePage(view) : questionPage(view, user.account))
  })

  app.post(signOutPath, { config, schema: { hide: true } }, async (request, reply) => {
    const current = optionalUser(request)
    if (current !== null) await options.logout.logout({ current, refreshToken: null }, contextOf(request))
    return await signedOut(reply, viewOf(request, options), readSessionCookie(request) !== null)
  })
}

async function signedOut(reply: FastifyReply, view: PageView, hasCookie: boolean): Promise<FastifyReply> {
  if (hasCookie) clearSessionCookie(reply)
  return await sendPage(reply, donePage(view))
}

function questionPage(view: PageView, account: Account): string {
  const { language } = view
  const say = language.sentences('sign_out')
  const name = html`<b dir="auto">${account.fullName ?? account.username ?? account.id}</b>`
  return taskPage(view, {
    title: say('title'),
    body: html`<h1>${say('question')}</h1>
<p class="lead">${language.markup('sign_out')('signed_in_as', { name })}</p>
<form class="stack" method="post" action="${signOutPath}">
${submitButton(language, say('title'))}
<a class="btn btn-quiet btn-block" href="${accountPath}">${say('stay')}</a>
</form>`,
  })
}

function donePage(view: PageView): string {
  const say = view.language.sentences('sign_out')
  return taskPage(view, {
    title: say('title'),
    body: html`<div class="done">
<span class="disc disc-l disc-ok">${icon('tick')}</span>
<h1>${say('done')}</h1>
<p class="lead">${say('done_next')}</p>
<a class="btn btn-secondary btn-block" href="${signInPath}">${say('sign_in_again')}</a>
</div>`,
  })
}
