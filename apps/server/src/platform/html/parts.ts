import { type Html, html } from './html.ts'

/** Parts that several pages have in common. */

const timeFormat = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
})

/** A time that people can read, in UTC, because the server does not know where the reader is. */
export function timeElement(time: Date): Html {
  return html`<time datetime="${time.toISOString()}">${timeFormat.format(time)} UTC</time>`
}

/** A sample of code or data. It takes the focus, because it may be wider than the page (WCAG 2.1.1). */
export function sample(label: string, text: string): Html {
  return html`<pre class="sample" tabindex="0" role="group" aria-label="${label}"><code>${text}</code></pre>`
}

/** A text in which words between backticks are code, in paragraphs. */
export function prose(text: string): Html {
  return html`${text.split('\n\n').map((paragraph) => html`<p>${inline(paragraph)}</p>\n`)}`
}

/** A text in which words between backticks are code. */
export function inline(text: string): Html {
  return html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`
}
