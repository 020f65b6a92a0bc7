import { html, type Insertion } from '../../../platform/html/html.ts'
import { workField } from '../../../platform/http/proof-of-work.ts'
import type { Failure } from '../../../platform/kernel/failures.ts'
import { submitButton } from './parts.ts'
import { taskPage } from './task-page.ts'
import type { PageView } from './view.ts'

export interface RefusedForm {
  readonly failure: Failure
  /** Where the form is sent. */
  readonly address: string
  /** The fields that were typed, with empty ones for passwords; null if the request was not a form of this server. */
  readonly kept: Insertion
}

/** The device computes while the reader types the password again. Without script, the reader has to wait. */
export function workPage(view: PageView, { failure, address, kept }: RefusedForm): string {
  const say = view.language.sentences('work')
  const page = view.language.sentences('page')
  const { challenge, difficulty } = failure.members['proof_of_work'] as WorkChallenge
  return taskPage(view, {
    title: say('title'),
    hasError: true,
    script: 'work.js',
    body: html`<h1>${say('title')}</h1>
<p class="lead">${say('why')}</p>
<form class="stack" method="post" action="${address}" data-challenge="${challenge}" data-difficulty="${difficulty}">
${kept}<input type="hidden" name="${workField}">
${submitButton(view.language, page('continue'))}
</form>
<p class="hint" role="status" data-computing="${say('computing')}" data-done="${say('done')}">${say('without_script')}</p>`,
  })
}

interface WorkChallenge {
  readonly challenge: string
  readonly difficulty: number
}
