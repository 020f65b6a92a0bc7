import { type Html, html } from '../../../../platform/html/html.ts'
import { personPage } from '../../../../platform/html/person-page.ts'
import type { Failure } from '../../../../platform/kernel/failures.ts'

/** The address of the page, to which its form is sent. */
export const invitationPath = '/invitation'

export interface PasswordForm {
  readonly token: string
  /** Why the last attempt failed; null for the first. */
  readonly failure: Failure | null
}

/** Asks for the first password of an account. */
export function passwordPage(serviceName: string, { token, failure }: PasswordForm): string {
  return personPage({
    title: 'Choose a password',
    serviceName,
    body: html`<h1>Welcome to ${serviceName}</h1>
<p>An account was created for you. Choose a password to use it. This also confirms that the address is yours.</p>
${failure !== null && errorsOf(failure)}<form method="post" action="${invitationPath}">
<input type="hidden" name="token" value="${token}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="new-password" maxlength="1024" required>
<button>Set password</button>
</form>`,
  })
}

export function acceptedPage(serviceName: string): string {
  return personPage({
    title: 'Password set',
    serviceName,
    body: html`<h1>Your account is ready</h1>
<p>Sign in with your new password in the app or on the website of ${serviceName}.</p>`,
  })
}

/** A link that no longer works, or never did. */
export function unusableInvitationPage(serviceName: string, { message }: Failure): string {
  return personPage({
    title: 'This link does not work',
    serviceName,
    body: html`<h1>This link does not work</h1>
<p>${message}</p>`,
  })
}

function errorsOf({ errors, message }: Failure): Html {
  const details = errors.length > 0 ? errors.map(({ detail }) => detail) : [message]
  return html`<div role="alert">${details.map((detail) => html`<p>${detail}</p>\n`)}</div>\n`
}
