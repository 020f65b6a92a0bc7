import { type Html, html, type Insertion } from '../../../platform/html/html.ts'
import { document, footer, logo } from './document.ts'
import type { PageView } from './view.ts'

export interface TaskPage {
  readonly title: string
  readonly hasError?: boolean
  readonly script?: string
  /** An address to which the browser goes at once, also without script. */
  readonly refreshTo?: string
  readonly body: Html
  /** One line below the card, such as the way to another page. */
  readonly end?: Insertion
}

/** A page with one task: sign in, confirm, read an error. */
export function taskPage(view: PageView, { body, end, ...page }: TaskPage): string {
  return document(view, {
    ...page,
    shell: 'task',
    body: html`<header class="task-head">
${logo(view)}
</header>
<main class="task-main" id="main">
<div class="sheet">
${body}
</div>
${end !== undefined && html`<p class="task-end">${end}</p>`}
</main>
${footer(view)}`,
  })
}
