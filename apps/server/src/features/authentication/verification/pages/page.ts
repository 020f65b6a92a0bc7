import { type Html, html } from '../../../../platform/html/html.ts'
import { personPage } from '../../../../platform/html/person-page.ts'

/** The address of the page, to which its form is sent. */
export const verifyPath = '/verify'

export interface Question {
  readonly token: string
  readonly serviceName: string
  /** True if the link confirms a registration. Then its owner shows that it is theirs. */
  readonly needsPassword: boolean
}

/** The page of a link that works: one button, which confirms. */
export function questionPage({ token, serviceName, needsPassword }: Question): string {
  return personPage({
    title: 'Confirm',
    serviceName,
    body: html`<h1>Is this address yours?</h1>
<p>It belongs to an account at ${serviceName}. Confirm only if the account is yours.</p>
<form method="post" action="${verifyPath}">
<input type="hidden" name="token" value="${token}">
${needsPassword && passwordField}<button>Confirm</button>
</form>`,
  })
}

const passwordField = html`<label for="password">The password that you chose when you registered</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
`

type Outcome = 'confirmed' | 'refused' | 'expired' | 'invalid'

/** What happened, or why the link does not work. */
export function answerPage(outcome: Outcome, serviceName: string): string {
  return personPage({ serviceName, ...answers[outcome] })
}

const answers: Readonly<Record<Outcome, { title: string; body: Html }>> = {
  confirmed: {
    title: 'Confirmed',
    body: html`<h1>Confirmed</h1>
<p>The address is confirmed. You can close this page.</p>`,
  },
  refused: {
    title: 'Not confirmed',
    body: html`<h1>Not confirmed</h1>
<p>The password is not the one of the registration, or the link was used already. Open the link in the message and try again. If you did not register, do nothing.</p>`,
  },
  expired: {
    title: 'Link expired',
    body: html`<h1>This link has expired</h1>
<p>Ask for a new message where you asked for this one.</p>`,
  },
  invalid: {
    title: 'Link not valid',
    body: html`<h1>This link does not work</h1>
<p>It was used already, or a newer message has replaced it. If the address is not confirmed yet, ask for a new message.</p>`,
  },
}
