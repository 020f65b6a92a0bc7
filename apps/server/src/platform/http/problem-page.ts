import { html } from '../html/html.ts'
import { page } from '../html/page.ts'
import { stylesheetLink } from '../html/style.ts'
import type { Problem } from '../kernel/failures.ts'
import { statusByKind } from './problem.ts'

/** The page that the `type` of a problem leads to. */
export function problemPage({ code, kind, title, advice }: Problem): string {
  return page({
    title: `${title} (${code})`,
    locale: 'en',
    head: stylesheetLink,
    body: html`<h1>${title}</h1>
<p>Status ${statusByKind[kind]}, code <code>${code}</code></p>
<p>${advice}</p>
<p><a href="/docs">API reference</a></p>`,
  })
}
