import { html } from '../../../../platform/html/html.ts'
import { personPage } from '../../../../platform/html/person-page.ts'
import type { Failure } from '../../../../platform/kernel/failures.ts'

/** The address to which the form of the page is sent. */
export const cancelPath = '/recover/cancel'

export function resetDonePage(serviceName: string, userSecret: string | null): string {
  return personPage({
    title: userSecret === null ? 'Password set' : 'New user secret',
    serviceName,
    body:
      userSecret === null
        ? html`<h1>Your new password is set</h1>
<p>Sign in with it in the app or on the website of ${serviceName}. All your devices were signed out.</p>`
        : html`<h1>Your new user secret</h1>
<p>Keep it in a safe place. It is shown only this once, and the old one no longer works.</p>
<pre class="sample" tabindex="0">${userSecret}</pre>`,
  })
}

/** What `/recover` shows without a link. */
export function recoverHelpPage(serviceName: string): string {
  return personPage({
    title: 'Forgotten password',
    serviceName,
    body: html`<h1>Have you forgotten your password?</h1>
<p>Ask for a code in the app or on the website of ${serviceName}. The mail that you get has a link to this page, where you choose a new password.</p>`,
  })
}

export function cancelPage(serviceName: string, token: string): string {
  return personPage({
    title: 'Cancel a recovery',
    serviceName,
    body: html`<h1>Cancel the recovery of your account?</h1>
<p>Someone who received a code on your phone number wants to set a new password for your ${serviceName} account. If that was not you, cancel it.</p>
<form method="post" action="${cancelPath}">
<input type="hidden" name="token" value="${token}">
<button>Cancel the recovery</button>
</form>`,
  })
}

export function cancelledPage(serviceName: string): string {
  return personPage({
    title: 'Recovery cancelled',
    serviceName,
    body: html`<h1>The recovery was cancelled</h1>
<p>Your password and your devices are as before. Someone else may control your phone number: sign in to ${serviceName}, and change the number of your account.</p>`,
  })
}

/** A link that no longer works, or never did. */
export function unusableLinkPage(serviceName: string, { message }: Failure): string {
  return personPage({
    title: 'This link does not work',
    serviceName,
    body: html`<h1>This link does not work</h1>
<p>${message}</p>
<p>A link works once, and only until a newer one was sent.</p>`,
  })
}
