import { html } from '../../../platform/html/html.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { RefusalReason } from '../../authentication/federation/model.ts'
import type { Waiting } from '../../authentication/federation/service.ts'
import { nameOf } from '../frame/account-name.ts'
import { icon } from '../frame/icons.ts'
import { outcomePage } from '../frame/outcome-page.ts'
import { submitButton } from '../frame/parts.ts'
import { accountPath, agreePath, connectPath, recoverPath, signInPath, signOutPath } from '../frame/paths.ts'
import { taskPage } from '../frame/task-page.ts'
import type { PageView } from '../frame/view.ts'

/** Leads to a provider. A browser that follows the header `Refresh` shows it for a moment only. */
export function departurePage(view: PageView, { name, url }: { name: string; url: string }): string {
  const say = view.language.sentences('federation', { provider: name })
  return taskPage(view, {
    title: say('going'),
    body: html`<h1>${say('going')}</h1>
<p class="lead">${say('going_next')}</p>
<a class="btn btn-primary btn-block" href="${url}">${say('continue')}</a>`,
  })
}

/** Why there is no sign-in, and other ways to sign in. */
export function refusedPage(
  view: PageView,
  {
    provider,
    reason,
  }: { provider: string; reason: RefusalReason | 'not_allowed' | 'too_many_linked_accounts' },
): string {
  const say = view.language.sentences('federation', { provider })
  return outcomePage(view, {
    tone: 'warn',
    title: say('refused'),
    text: say(reason),
    next: html`<a class="btn btn-primary btn-block" href="${signInPath}">${say('back')}</a>`,
  })
}

/** The address belongs to an account. Only its owner can connect it. */
export function hasAccountPage(view: PageView, { identity, providerName: provider }: Waiting): string {
  const { language } = view
  const say = language.sentences('federation')
  const email = html`<b><bdi>${identity.email}</bdi></b>`
  const address = `${signInPath}?return_to=${encodeURIComponent(connectPath)}`
  return taskPage(view, {
    title: say('has_account'),
    body: html`<h1>${say('has_account')}</h1>
<p class="lead">${language.markup('federation')('has_account_next', { provider, email })}</p>
<div class="stack">
<a class="btn btn-primary btn-block" href="${address}">${language.sentences('link')('sign_in')}</a>
<p class="note">${say('has_account_forgot')}</p>
<a class="btn btn-quiet btn-block" href="${recoverPath}">${say('reset')}</a>
</div>`,
  })
}

/** Asks the owner, who has just signed in: no one connects an account without a click of its owner. */
export function connectPage(
  view: PageView,
  { identity, providerName: provider }: Waiting,
  account: Account,
): string {
  const { language } = view
  const say = language.sentences('federation', { provider })
  const email = html`<b><bdi>${identity.email ?? provider}</bdi></b>`
  const name = html`<b><bdi>${nameOf(account)}</bdi></b>`
  return taskPage(view, {
    title: say('connect'),
    body: html`<h1>${say('connect')}</h1>
<p class="lead">${language.markup('federation')('connect_next', { provider, email, name })}</p>
<form class="stack" method="post" action="${connectPath}">
${submitButton(language, say('connect_button'))}
<a class="btn btn-quiet btn-block" href="${accountPath}">${say('not_now')}</a>
</form>`,
  })
}

/** The reader is signed in to an account that has another address. */
export function otherAccountPage(view: PageView, { identity }: Waiting): string {
  const { language } = view
  const say = language.sentences('federation')
  const email = html`<b><bdi>${identity.email}</bdi></b>`
  return taskPage(view, {
    title: say('other_account'),
    hasError: true,
    body: html`<h1>${say('other_account')}</h1>
<p class="lead">${language.markup('federation')('other_account_next', { email })}</p>
<a class="btn btn-primary btn-block" href="${signOutPath}">${language.sentences('sign_out')('title')}</a>`,
  })
}

/** Asks for the agreement to the terms. Not ticked, because silence is no consent (GDPR art. 4 (11)). */
export function agreePage(
  view: PageView,
  { identity, providerName: provider }: Waiting,
  { isMissing }: { isMissing: boolean },
): string {
  const { appearance, language } = view
  const say = language.sentences('federation')
  const markup = language.markup('sign_up')
  const words = language.sentences('sign_up')
  const name = html`<b><bdi>${identity.fullName ?? identity.email ?? identity.username ?? provider}</bdi></b>`
  const terms = html`<a href="${appearance.termsUrl ?? ''}">${words('terms')}</a>`
  const { privacyUrl } = appearance
  const text =
    privacyUrl === null
      ? markup('agree', { terms })
      : markup('agree_and_read', { terms, privacy: html`<a href="${privacyUrl}">${words('privacy')}</a>` })
  return taskPage(view, {
    title: say('create'),
    hasError: isMissing,
    body: html`<h1>${say('create')}</h1>
<p class="lead">${language.markup('federation')('create_next', { provider, name })}</p>
<form class="stack" method="post" action="${agreePath}">
<div class="check">
<input type="checkbox" id="terms" name="terms" value="yes"${isMissing && html` aria-invalid="true" aria-describedby="terms-error"`} required>
<label for="terms">${text}</label>
${isMissing && html`<p class="error" id="terms-error">${icon('alert')}<span>${words('terms_needed')}</span></p>\n`}</div>
${submitButton(language, words('button'))}
</form>`,
  })
}
