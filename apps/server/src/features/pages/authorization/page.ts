import { type Html, html } from '../../../platform/html/html.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { isOpenIdScope } from '../../../platform/kernel/openid-scopes.ts'
import type { Client } from '../../authorization/clients/model.ts'
import { consentPath } from '../../openid/model.ts'
import { nameOf } from '../frame/account-name.ts'
import { icon } from '../frame/icons.ts'
import { outcomePage } from '../frame/outcome-page.ts'
import { taskPage } from '../frame/task-page.ts'
import type { PageView } from '../frame/view.ts'

/** The request of an application, and the person who is asked. */
export interface Asked {
  readonly requestId: string
  readonly client: Client
  readonly account: Account
}

/** Asks the person whether the application may have what it asks for. Both answers look alike. */
export function consentPage(view: PageView, asked: Asked, scope: readonly string[]): string {
  const { language } = view
  const say = language.sentences('consent')
  const title = say('title', { app: asked.client.name })
  const link = html`<a href="/account/applications">${say('safe_link')}</a>`
  return taskPage(view, {
    title,
    body: html`<h1>${title}</h1>
${maker(view, asked.client)}${who(view, asked)}
<h2 class="sub">${say('able')}</h2>
<ul class="rows flush">
${scope.map((each) => ability(view, each, scope))}</ul>
<p class="small muted">${language.markup('consent')('safe', { link })}</p>
<form class="pair" method="post" action="${consentPath}">
<input type="hidden" name="request" value="${asked.requestId}">
<button class="btn btn-secondary" name="answer" value="deny">${say('deny')}</button>
<button class="btn btn-primary" name="answer" value="allow">${say('allow')}</button>
</form>`,
  })
}

/** Lets the person choose the account that they want to use. */
export function chooserPage(
  view: PageView,
  { requestId, client, account, mayContinue }: Asked & { readonly mayContinue: boolean },
): string {
  const say = view.language.sentences('consent')
  return taskPage(view, {
    title: say('choose'),
    body: html`<h1>${say('choose')}</h1>
<p class="lead">${say('choose_next', { app: client.name })}</p>
<form class="stack" method="post" action="${consentPath}">
<input type="hidden" name="request" value="${requestId}">
${
  mayContinue &&
  html`<button class="btn btn-primary btn-block" name="answer" value="choose">${say('choose_this', { name: nameOf(account) })}</button>
`
}<button class="btn btn-secondary btn-block" name="answer" value="switch">${say('choose_other')}</button>
</form>`,
  })
}

/**
 * Leads back to the application. A page, because a browser applies the `form-action` of the page with a form to all
 * addresses to which the answer redirects (CSP 3 §6.4.2), and the address of the application is none of ours.
 */
export function goingPage(view: PageView, address: string, app: string): string {
  const say = view.language.sentences('consent')
  const title = say('going', { app })
  return taskPage(view, {
    title,
    refreshTo: address,
    body: html`<h1>${title}</h1>
<p class="lead">${say('going_next')}</p>
<p class="stack"><a class="btn btn-primary btn-block" href="${address}">${view.language.sentences('page')('continue')}</a></p>`,
  })
}

/** What is wrong, in words for the person and in the words of OAuth for those who make the application. */
export function refusedPage(
  view: PageView,
  { error, description }: { error: string; description: string },
): string {
  const { appearance, language } = view
  const say = language.sentences('consent')
  return outcomePage(view, {
    tone: 'warn',
    title: say('wrong'),
    text: say('wrong_next', { service: appearance.serviceName }),
    next: html`<p class="ref ltr"><code>${error}</code> ${description}</p>`,
  })
}

export function gonePage(view: PageView): string {
  const say = view.language.sentences('consent')
  return outcomePage(view, { tone: 'warn', title: say('gone'), text: say('gone_next') })
}

function maker(view: PageView, { clientUri }: Client): Html | null {
  if (clientUri === null) return null
  const site = html`<b>${new URL(clientUri).hostname}</b>`
  return html`<p class="lead">${view.language.markup('consent')('made_by', { site })}</p>
`
}

function who({ language }: PageView, { account, requestId }: Asked): Html {
  const say = language.sentences('consent')
  return html`<div class="who">
<span class="disc">${icon('person')}</span>
<div>
<p class="row-title"><bdi>${nameOf(account)}</bdi></p>
${account.email !== null && html`<p class="row-note ltr">${account.email}</p>\n`}</div>
<form method="post" action="${consentPath}"><input type="hidden" name="request" value="${requestId}"><button class="btn btn-quiet btn-s" name="answer" value="switch">${say('not_you')}</button></form>
</div>`
}

/** The person's own words for a scope. `openid` goes without saying if the application learns more. */
function ability({ appearance, language }: PageView, scope: string, all: readonly string[]): Html | null {
  const say = language.sentences('consent')
  if (scope === 'openid' && all.length > 1) return null
  const [title, note] = isOpenIdScope(scope)
    ? [say(scope), say(`${scope}_note`, { service: appearance.serviceName })]
    : [say('permission', { permission: scope }), say('permission_note')]
  return html`<li class="row">
<div class="row-main">
<p class="row-title">${title}</p>
<p class="row-note">${note}</p>
</div>
</li>
`
}
