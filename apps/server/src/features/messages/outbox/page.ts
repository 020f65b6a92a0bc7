import { escapeHtml } from '../../../platform/kernel/html.ts'
import type { OpenMessage } from './service.ts'

/** Plain markup without script or style, so that the strictest policy lets it pass. */
export function outboxPage(messages: readonly OpenMessage[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Outbox</title>
<main>
<h1>Outbox</h1>
<p>The latest messages, newest first. This page exists in development only, and for this machine only.</p>
${messages.length === 0 ? '<p>There are none.</p>' : messages.map(articleOf).join('\n')}
</main>
</html>
`
}

function articleOf({ channel, template, state, createdAt, content }: OpenMessage): string {
  const what = `${channel}, ${template}, ${state}, ${createdAt.toISOString()}`
  if (content === null) return `<article>\n<p>${escapeHtml(what)}</p>\n</article>`
  const { to, subject, text } = content
  return `<article>
<h2>${escapeHtml(subject === '' ? 'Text message' : subject)}</h2>
<p>To ${escapeHtml(to)} (${escapeHtml(what)})</p>
<pre>${escapeHtml(text)}</pre>
</article>`
}
