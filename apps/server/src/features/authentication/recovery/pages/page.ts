import { type Html, html } from '../../../../platform/html/html.ts'
import { personPage } from '../../../../platform/html/person-page.ts'
import type { Failure } from '../../../../platform/kernel/failures.ts'
import type { RecoveryGrant } from '../model.ts'

/** The addresses to which the forms of these pages are sent. */
export const recoverPath = '/recover'
export const cancelPath = '/recover/cancel'

export interface ResetForm {
  readonly grant: RecoveryGrant
  readonly hasPassword: boolean
  /** Why the last attempt failed; null for the first. */
  readonly failure: Failure | null
}

/** Asks for the new password of an account. */
export function resetPage(serviceName: string, { grant, hasPassword, failure }: ResetForm): string {
  return personPage({
    title: 'New password',
    serviceName,
    body: html`<h1>Choose a new password</h1>
<p>Only the new password will work, and all your devices will be signed out.</p>
${failure !== null && errorsOf(failure)}<form method="post" action="${recoverPath}">
${grantField(grant)}<label for="new_password">New password</label>
<input id="new_password" name="new_password" type="password" autocomplete="new-password" maxlength="1024" required>
<button>Set password</button>
</form>
${!hasPassword && secretForm(grant)}`,
  })
}

/** For an account that never had a password. */
function secretForm(grant: RecoveryGrant): Html {
  return html`<h2>Or get a new user secret</h2>
<p>Your account has no password, but a user secret. You can get a new secret instead of a password. It is shown only once.</p>
<form method="post" action="${recoverPath}">
${grantField(grant)}<button>Get a new user secret</button>
</form>
`
}

function grantField({ purpose, token }: RecoveryGrant): Html {
  return html`<input type="hidden" name="${purpose === 'recovery' ? 'token' : 'recovery_token'}" value="${token}">\n`
}

function errorsOf({ errors, message }: Failure): Html {
  const details = errors.length > 0 ? errors.map(({ detail }) => detail) : [message]
  return html`<div role="alert">${details.map((detail) => html`<p>${detail}</p>\n`)}</div>\n`
}

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
