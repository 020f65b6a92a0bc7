import { type Html, html } from '../../../platform/html/html.ts'
import { savedForm } from '../frame/saved-form.ts'
import type { Reader } from './reader.ts'

export interface Once {
  /** A secret or a receipt, which the server does not keep. */
  readonly text: string
  readonly fileName: string
  /** Where the reader goes on; null if there is nothing. */
  readonly next: string | null
}

/** What is shown only once. Script adds the buttons that copy, save and print it. */
export function oncePart({ view }: Pick<Reader, 'view'>, { text, fileName, next }: Once): Html {
  const say = view.language.sentences('once')
  return html`<p class="once" id="once">${text}</p>
<div class="actions">
<button class="btn btn-secondary" type="button" data-once="copy" data-done="${say('copied')}" hidden>${say('copy')}</button>
<button class="btn btn-secondary" type="button" data-once="save" data-file="${fileName}" hidden>${say('save')}</button>
<button class="btn btn-secondary" type="button" data-once="print" hidden>${say('print')}</button>
</div>
<p class="sr" role="status" data-once-status></p>
${next !== null && savedForm(view.language, next)}`
}
