import { type Html, html } from '../../../platform/html/html.ts'
import type { OwnedSession } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { submitButton } from './parts.ts'
import { accountPath } from './paths.ts'
import { taskPage } from './task-page.ts'
import type { PageView } from './view.ts'

/** Ends the session of a browser. */
export interface SignOut {
  logout(given: { current: OwnedSession; refreshToken: null }, context: RequestContext): Promise<void>
}

export interface SignOutQuestion {
  readonly action: string
  /** What the account is called. */
  readonly name: string
  /** What the form sends back. */
  readonly fields?: Html
}

/** Asks first: a link on another site must not sign its visitors out (A49). */
export function signOutQuestion(view: PageView, { action, name, fields }: SignOutQuestion): string {
  const { language } = view
  const say = language.sentences('sign_out')
  const who = html`<b dir="auto">${name}</b>`
  return taskPage(view, {
    title: say('title'),
    body: html`<h1>${say('question')}</h1>
<p class="lead">${language.markup('sign_out')('signed_in_as', { name: who })}</p>
<form class="stack" method="post" action="${action}">
${fields}${submitButton(language, say('title'))}
<a class="btn btn-quiet btn-block" href="${accountPath}">${say('stay')}</a>
</form>`,
  })
}
