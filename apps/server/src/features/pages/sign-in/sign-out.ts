import type { FastifyReply } from 'fastify'
import { html } from '../../../platform/html/html.ts'
import { optionalUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { clearSessionCookie, readSessionCookie } from '../../../platform/http/session-cookie.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { type HostedPagesOptions, sendPage } from '../frame/hosted-pages.ts'
import { icon } from '../frame/icons.ts'
import { signInPath, signOutPath } from '../frame/paths.ts'
import { type SignOut, signOutQuestion } from '../frame/sign-out.ts'
import { taskPage } from '../frame/task-page.ts'
import { type PageView, viewOf } from '../frame/view.ts'

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
  const name = account.fullName ?? account.username ?? account.id
  return signOutQuestion(view, { action: signOutPath, name })
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
