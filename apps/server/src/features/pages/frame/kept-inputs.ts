import { type Html, html } from '../../../platform/html/html.ts'
import type { Language } from '../../languages/model.ts'
import { field, type PasswordField, passwordField } from './parts.ts'
import type { PageView } from './view.ts'

/**
 * The fields of a form that was refused, so that its reader can send it again. What is secret is asked for again: a
 * password is never written into a page (ASVS 14.2.4).
 */
export function keptInputs({ language }: PageView, body: unknown): readonly Html[] {
  if (typeof body !== 'object' || body === null || Buffer.isBuffer(body)) return []
  return Object.entries(body).flatMap(([name, value]): Html[] => {
    if (typeof value !== 'string') return []
    if (Object.hasOwn(askedAgain, name)) return [askedAgain[name as AskedAgain](language)]
    // A field that no one can see must not hold a secret of which this list does not know. A proof of work is used up.
    return /password|secret|code|proof/.test(name) ? [] : [hiddenInput(name, value)]
  })
}

type AskedAgain = keyof typeof askedAgain

type Autocomplete = PasswordField['autocomplete']

function passwordAgain(name: string, autocomplete: Autocomplete, labelOf: (language: Language) => string) {
  return (language: Language): Html =>
    passwordField(language, { name, label: labelOf(language), autocomplete })
}

const askedAgain = {
  password: passwordAgain('password', 'current-password', (language) =>
    language.sentences('page')('password'),
  ),
  current_password: passwordAgain('current_password', 'current-password', (language) =>
    language.sentences('account')('current_password'),
  ),
  new_password: passwordAgain('new_password', 'new-password', (language) =>
    language.sentences('password_pane')('new_password'),
  ),
  user_secret: passwordAgain('user_secret', 'current-password', (language) =>
    language.sentences('account')('current_secret'),
  ),
  code: (language: Language) =>
    field(language, {
      name: 'code',
      label: language.sentences('code')('label'),
      attributes: html` type="text" autocomplete="one-time-code"`,
    }),
}

function hiddenInput(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">\n`
}
