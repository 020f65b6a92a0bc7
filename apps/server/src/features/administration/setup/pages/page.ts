import { type Html, html } from '../../../../platform/html/html.ts'
import { personPage } from '../../../../platform/html/person-page.ts'
import type { Failure } from '../../../../platform/kernel/failures.ts'

/** The address of the page, to which its forms are sent. */
export const setupPath = '/setup'

export interface SetupForm {
  readonly token: string
  readonly serviceName: string
  /** Why the last attempt failed; null for the first. */
  readonly failure: Failure | null
  /** What was typed then, without the password: a page must not send it back (ASVS 14.2.4). */
  readonly typed: TypedFields
}

type TypedFields = Readonly<Partial<Record<'username' | 'email' | 'identifier', string>>>

/** Asks who administers the server: a new account, or one that exists. */
export function setupPage({ token, serviceName, failure, typed }: SetupForm): string {
  const tokenField = html`<input type="hidden" name="token" value="${token}">`
  return personPage({
    title: 'Set up',
    serviceName,
    body: html`<h1>Who administers this server?</h1>
<p>The administrator may do everything. Until there is one, only the command line can change other accounts.</p>
${failure !== null && errorsOf(failure)}<h2>A new account</h2>
<form method="post" action="${setupPath}">
${tokenField}
<label for="username">Username</label>
<input id="username" name="username" autocomplete="username" maxlength="200" required value="${typed.username ?? ''}">
<label for="email">Email address (optional)</label>
<input id="email" name="email" type="email" autocomplete="email" maxlength="400" value="${typed.email ?? ''}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="new-password" maxlength="1024" required>
<button>Create the administrator</button>
</form>
<h2>An account that exists</h2>
<form method="post" action="${setupPath}">
${tokenField}
<label for="identifier">Username, email address or phone number</label>
<input id="identifier" name="identifier" autocomplete="off" maxlength="400" required value="${typed.identifier ?? ''}">
<button>Make it the administrator</button>
</form>`,
  })
}

function errorsOf({ errors, message }: Failure): Html {
  const details = errors.length > 0 ? errors.map(({ detail }) => detail) : [message]
  return html`<div role="alert">${details.map((detail) => html`<p>${detail}</p>\n`)}</div>\n`
}

export function setupDonePage(serviceName: string): string {
  return personPage({
    title: 'Set up',
    serviceName,
    body: html`<h1>The server has an administrator</h1>
<p>Sign in with the account. The link no longer works.</p>`,
  })
}

export function setupRefusedPage(serviceName: string, { message }: Failure): string {
  return personPage({
    title: 'This link does not work',
    serviceName,
    body: html`<h1>This link does not work</h1>
<p>${message}</p>`,
  })
}
