import { type Html, html } from './html.ts'
import { page } from './page.ts'
import { stylesheetLink } from './style.ts'

export interface SitePage {
  readonly title: string
  readonly serviceName: string
  readonly body: Html
  /** More elements for the head: scripts and styles of this server. */
  readonly head?: Html
}

/** A page that the server serves, with links to the others. */
export function sitePage({ title, serviceName, body, head }: SitePage): string {
  return page({
    title: `${title} · ${serviceName}`,
    locale: 'en',
    head: html`${stylesheetLink}${head}`,
    header: html`
<header class="top">
<a href="/">${serviceName}</a>
<nav aria-label="Pages"><a href="/docs">API reference</a> <a href="/docs/problems">Problems</a></nav>
</header>`,
    body,
  })
}
