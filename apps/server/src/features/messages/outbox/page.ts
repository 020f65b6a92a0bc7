import { type Html, html } from '../../../platform/html/html.ts'
import { timeElement } from '../../../platform/html/parts.ts'
import { sitePage } from '../../../platform/html/site-page.ts'
import type { Channel, MessageState } from '../model.ts'
import type { OpenMessage } from './service.ts'

const channelNames: Readonly<Record<Channel, string>> = { mail: 'Mail', sms: 'Text message' }

const stateNames: Readonly<Record<MessageState, string>> = {
  waiting: 'waiting to be sent',
  sent: 'sent',
  given_up: 'given up',
}

/** The latest messages with their text, for developers. */
export function outboxPage(messages: readonly OpenMessage[], serviceName: string): string {
  return sitePage({
    title: 'Outbox',
    serviceName,
    body: html`<h1>Outbox</h1>
<p>The latest messages, newest first. This page exists only in development, and only on this machine. Without <code>PROXIMA_MAIL_URL</code>, mails stay here and are not sent.</p>
${messages.length === 0 ? html`<p>There are no messages yet. Change the password of an account that has an email address, for example.</p>` : messages.map(articleOf)}`,
  })
}

function articleOf({ channel, template, state, createdAt, content, error }: OpenMessage): Html {
  const title = content === null || content.subject === '' ? channelNames[channel] : content.subject
  return html`<article>
<h2>${title}</h2>
<p class="muted">${content !== null && html`To <strong>${content.to}</strong>, `}${timeElement(createdAt)}, ${stateNames[state]}${error !== null && html` because of <code>${error}</code>`} (<code>${template}</code>)</p>
${content !== null && html`<pre class="letter">${content.text}</pre>\n`}</article>
`
}
