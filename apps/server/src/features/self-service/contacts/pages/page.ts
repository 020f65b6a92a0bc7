import { html } from '../../../../platform/html/html.ts'
import { personPage } from '../../../../platform/html/person-page.ts'

/** The address of the page, to which its form is sent. */
export const undoPath = '/undo'

/** The page of a link that works: one button, which undoes the change. */
export function undoPage(serviceName: string, token: string): string {
  return personPage({
    title: 'Undo a change',
    serviceName,
    body: html`<h1>Undo the change to your account?</h1>
<p>Someone who is signed in to your ${serviceName} account wants to change its email address or phone number, or has changed it. If that was not you, undo it now:</p>
<ul>
<li>Your account gets the email address and the phone number that it had before, if they were confirmed. Later changes to them are undone too.</li>
<li>All devices are signed out, and your password no longer works.</li>
<li>You choose a new password on the next page.</li>
</ul>
<form method="post" action="${undoPath}">
<input type="hidden" name="token" value="${token}">
<button>Undo the change</button>
</form>`,
  })
}

/** Said above the form for the new password. */
export const undoneNews =
  'The change is undone, and your account has its former contacts again. Choose a new password now: the old one no longer works.'

type Refusal = 'invalid' | 'taken'

/** Why the change is not undone. */
export function refusedUndoPage(serviceName: string, refusal: Refusal): string {
  const reason =
    refusal === 'taken'
      ? html`<p>Another account has your former email address or phone number by now. Contact ${serviceName} for help.</p>`
      : html`<p>It was used already, an earlier change was undone, too much time has passed, or the account was suspended.</p>
<p>If you have undone the change and have not chosen a new password yet, ask for a code where you sign in. If someone else still uses your account, contact ${serviceName} for help.</p>`
  return personPage({
    title: 'Not undone',
    serviceName,
    body: html`<h1>This link cannot undo the change</h1>
${reason}`,
  })
}
