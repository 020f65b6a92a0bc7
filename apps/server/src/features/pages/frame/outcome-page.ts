import { type Html, html, type Insertion } from '../../../platform/html/html.ts'
import { icon } from './icons.ts'
import { signInPath } from './paths.ts'
import { taskPage } from './task-page.ts'
import type { PageView } from './view.ts'

export interface Outcome {
  /** `warn` if the page reports an error. */
  readonly tone: 'ok' | 'warn'
  readonly title: string
  readonly text: string | readonly string[]
  /** What the reader can do next. */
  readonly next?: Insertion
}

/** The last page of a task: what happened, and the way on. */
export function outcomePage(view: PageView, { tone, title, text, next }: Outcome): string {
  return taskPage(view, {
    title,
    hasError: tone === 'warn',
    body: html`<div class="done">
<span class="disc disc-l disc-${tone}">${icon(tone === 'ok' ? 'tick' : 'alert')}</span>
<h1>${title}</h1>
${[text].flat().map((each) => html`<p class="lead">${each}</p>\n`)}${next}
</div>`,
  })
}

export function signInLink({ language }: PageView): Html {
  return html`<a class="btn btn-primary btn-block" href="${signInPath}">${language.sentences('link')('sign_in')}</a>`
}
