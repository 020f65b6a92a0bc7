import { type Html, html } from '../../../../platform/html/html.ts'
import type { FormRefusal } from '../../frame/form-refusal.ts'
import { icon } from '../../frame/icons.ts'
import type { Reader } from '../reader.ts'

export interface CodeForm {
  readonly action: string
  /** A page may have several code fields, each with an id of its own. */
  readonly id: string
  readonly refusal: FormRefusal | null
}

/** The field for the code of a message, in one line with its button. */
export function codeForm({ view }: Reader, { action, id, refusal }: CodeForm): Html {
  const { language } = view
  const say = language.sentences('contacts_pane')
  const error = refusal?.errors['code']
  const waits =
    refusal?.waitSeconds == null
      ? null
      : html` data-waits="${language.sentences('page')('again_in', { time: '{time}' })}"`
  return html`<form class="inline-form" method="post" action="${action}">
<label class="sr" for="${id}">${say('code')}</label>
<input class="input input-s num ltr" id="${id}" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="64" placeholder="${say('code')}"${error !== undefined && html` aria-invalid="true" aria-describedby="${id}-error"`} required>
<button class="btn btn-primary btn-s" data-busy="${language.sentences('page')('busy')}"${waits}>${say('confirm')}</button>
</form>
${error !== undefined && html`<p class="error" id="${id}-error">${icon('alert')}<span>${error}</span></p>\n`}`
}
