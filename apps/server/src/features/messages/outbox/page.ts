import { type Html, html } from '../../../platform/html/html.ts'
import { page } from '../../../platform/html/page.ts'
import { stylesheetLink } from '../../../platform/html/style.ts'
import type { OpenMessage } from './service.ts'

/** The latest messages with their text, for developers. */
export function outboxPage(messages: readonly OpenMessage[]): string {
  return page({
    title: 'Outbox',
    locale: 'en',
    head: stylesheetLink,
    body: html`<h1>Outbox</h1>
<p>The latest messages, newest first. This page exists only in development, and only on this machine.</p>
${messages.length === 0 ? html`<p>There are no messages yet.</p>` : messages.map(articleOf)}`,
  })
}

function articleOf({ channel, template, state, createdAt, content }: OpenMessage): Html {
  const summary = `${channel}, ${template}, ${state}, ${createdAt.toISOString()}`
  if (content === null) return html`<article>\n<p>${summary}</p>\n</article>\n`
  const { to, subject, text } = content
  return html`<article>
<h2>${subject === '' ? 'Text message' : subject}</h2>
<p>To ${to} (${summary})</p>
<pre>${text}</pre>
</article>
`
}
