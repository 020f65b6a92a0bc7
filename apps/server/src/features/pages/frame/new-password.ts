import { type Html, html } from '../../../platform/html/html.ts'
import { icon } from './icons.ts'
import { type PasswordField, passwordField } from './parts.ts'
import type { PageView } from './view.ts'

export interface NewPasswordField
  extends Pick<PasswordField, 'name' | 'label' | 'hint' | 'error' | 'isRequired'> {
  readonly lengthMin: number
}

/** A field for a new password. Its rules stand there before anyone types (NIST SP 800-63B-4 §3.1.1.2). */
export function newPasswordField({ language }: PageView, { lengthMin, ...field }: NewPasswordField): Html {
  const say = language.sentences('new_password')
  const rules = [say('length', { min: `${lengthMin}` }), say('context'), say('common')]
  const strength = language.sentences('strength')
  const words = JSON.stringify([strength('weak'), strength('fair'), strength('good'), strength('strong')])
  return passwordField(language, {
    ...field,
    helpId: `${field.name}-rules`,
    autocomplete: 'new-password',
    below: html`<ul class="rules" id="${field.name}-rules">
${rules.map((rule) => html`<li>${icon('dot')}<span>${rule}</span></li>\n`)}</ul>
<div class="meter" data-meter="${field.name}" data-words="${words}" aria-hidden="true" hidden><i></i><i></i><i></i><i></i></div>
<p class="note" id="${field.name}-strength" aria-live="polite"></p>
`,
  })
}
