import { type Html, html } from '../../../../platform/html/html.ts'
import { personPage } from '../../../../platform/html/person-page.ts'

/** The addresses of the pages, to which their forms are sent. */
export const confirmPath = '/verify/change'
export const undoPath = '/undo'

/** The page of a link that confirms a new contact: one button, which confirms. */
export function confirmPage(serviceName: string, token: string): string {
  return personPage({
    title: 'Confirm',
    serviceName,
    body: html`<h1>Use this address for your account?</h1>
<p>Someone who is signed in to a ${serviceName} account wants to use this address for it. Confirm only if you asked for this: the account would then belong to this address.</p>
<form method="post" action="${confirmPath}">
<input type="hidden" name="token" value="${token}">
<button>Confirm</button>
</form>`,
  })
}

type Confirmation = 'confirmed' | 'expired' | 'invalid' | 'taken'

/** What happened, or why the link does not work. */
export function confirmationPage(serviceName: string, outcome: Confirmation): string {
  return personPage({ serviceName, ...confirmations[outcome] })
}

const confirmations: Readonly<Record<Confirmation, { title: string; body: Html }>> = {
  confirmed: {
    title: 'Confirmed',
    body: html`<h1>Confirmed</h1>
<p>Your account now has this address. The device on which you asked for it stays signed in, and all others are signed out. You can close this page.</p>`,
  },
  expired: {
    title: 'Link expired',
    body: html`<h1>This link has expired</h1>
<p>Change the address of your account once more to get a new message.</p>`,
  },
  invalid: {
    title: 'Link not valid',
    body: html`<h1>This link does not work</h1>
<p>It was used already, the change has ended, or a newer message has replaced it. If your account does not have the address yet, change it once more.</p>`,
  },
  taken: {
    title: 'Not changed',
    body: html`<h1>Another account has this address by now</h1>
<p>Nothing was changed. Sign in to the account that has the address, or use another address.</p>`,
  },
}

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

type Refusal = 'expired' | 'invalid' | 'taken'

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
