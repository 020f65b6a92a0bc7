import { type Html, html } from './html.ts'
import { page } from './page.ts'
import { stylesheetLink } from './style.ts'

export interface PersonPage {
  readonly title: string
  readonly serviceName: string
  readonly body: Html
}

/**
 * A page for the users of the service, who come from the link in a message: one card with one task. It links to nothing
 * else, and not to what is for developers.
 */
export function personPage({ title, serviceName, body }: PersonPage): string {
  return page({
    title: `${title} · ${serviceName}`,
    locale: 'en',
    head: stylesheetLink,
    header: html`
<header class="brand">${serviceName}</header>`,
    body: html`<div class="card">
${body}
</div>`,
  })
}
