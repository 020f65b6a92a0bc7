import { type Html, html } from '../../../../platform/html/html.ts'
import { sitePage } from '../../../../platform/html/site-page.ts'
import type { LinkState } from '../model.ts'

/** The page of a link that works: one button, which confirms. */
export function questionPage(token: string, serviceName: string): string {
  return sitePage({
    title: 'Confirm',
    serviceName,
    body: html`<h1>Is this address yours?</h1>
<p>It belongs to an account at ${serviceName}. Confirm only if the account is yours.</p>
<form method="post" action="/verify">
<input type="hidden" name="token" value="${token}">
<button>Confirm</button>
</form>`,
  })
}

/** What happened, or why the link does not work. */
export function answerPage(outcome: 'confirmed' | Exclude<LinkState, 'valid'>, serviceName: string): string {
  return sitePage({ serviceName, ...answers[outcome] })
}

const answers: Readonly<Record<Parameters<typeof answerPage>[0], { title: string; body: Html }>> = {
  confirmed: {
    title: 'Confirmed',
    body: html`<h1>Confirmed</h1>
<p>The address is confirmed. You can close this page.</p>`,
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
