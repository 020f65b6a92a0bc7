import { type Html, html } from '../../../platform/html/html.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { Impersonator } from '../../../platform/kernel/principal.ts'
import { nameOf } from './account-name.ts'
import { icon } from './icons.ts'
import { timer } from './parts.ts'
import { accountPath, stopViewingPath } from './paths.ts'
import { taskPage } from './task-page.ts'
import type { PageView } from './view.ts'

/** An administrator who sees an account as its owner does. */
export interface Viewing {
  readonly account: Account
  readonly impersonator: Impersonator
  readonly secondsLeft: number
}

/** Stands on every page, so that no administrator takes the account for their own. */
export function viewingBanner({ language }: PageView, { account, impersonator, secondsLeft }: Viewing): Html {
  const text = language.markup('viewing')('banner', {
    name: html`<b dir="auto">${nameOf(account)}</b>`,
    time: timer(secondsLeft),
    reason: html`<bdi>${impersonator.reason}</bdi>`,
  })
  return html`<form class="banner" method="post" action="${stopViewingPath}"><span>${text}</span><button class="btn btn-secondary btn-s">${language.sentences('viewing')('stop')}</button></form>
`
}

/** Whatever the administrator wanted to change or to open. */
export function viewingRefusalPage(view: PageView): string {
  const say = view.language.sentences('viewing')
  return taskPage(view, {
    title: say('refused'),
    hasError: true,
    body: html`<div class="done">
<span class="disc disc-l disc-warn">${icon('alert')}</span>
<h1>${say('refused')}</h1>
<p class="lead">${say('refused_next')}</p>
</div>
<form class="stack" method="post" action="${stopViewingPath}">
<a class="btn btn-primary btn-block" href="${accountPath}">${say('back')}</a>
<button class="btn btn-secondary btn-block">${say('stop')}</button>
</form>`,
  })
}
