import { html } from '../../../platform/html/html.ts'
import { type FieldErrors, fieldErrorAlert } from '../frame/field-errors.ts'
import { linkForm } from '../frame/links.ts'
import { newPasswordField } from '../frame/new-password.ts'
import { outcomePage, signInLink } from '../frame/outcome-page.ts'
import { alert, submitButton } from '../frame/parts.ts'
import { taskPage } from '../frame/task-page.ts'
import type { PageView } from '../frame/view.ts'

export const invitationPath = '/invitation'

export interface InvitationPage {
  readonly token: string
  readonly passwordLengthMin: number
  /** What is wrong with the last attempt; absent for the first. */
  readonly errors?: FieldErrors
}

/** Asks for the first password of an account. */
export function invitationPage(view: PageView, page: InvitationPage): string {
  const { appearance, language } = view
  const say = language.sentences('invitation_page')
  const { errors, passwordLengthMin: lengthMin, token } = page
  const error = errors?.['password']
  const field = newPasswordField(view, {
    name: 'password',
    label: language.sentences('page')('password'),
    lengthMin,
    ...(error !== undefined && { error }),
  })
  return taskPage(view, {
    title: say('title'),
    hasError: errors !== undefined,
    body: html`<h1>${say('welcome', { service: appearance.serviceName })}</h1>
<p class="lead">${say('welcome_next')}</p>
${errors !== undefined && alert(fieldErrorAlert(language, errors))}
${linkForm(view, {
  path: invitationPath,
  token,
  body: html`${field}${submitButton(language, say('button'))}\n`,
})}`,
  })
}

export function acceptedPage(view: PageView): string {
  const say = view.language.sentences('invitation_page')
  return outcomePage(view, {
    tone: 'ok',
    title: say('done'),
    text: say('done_next'),
    next: signInLink(view),
  })
}

/** What the reader of a link that does not work can do. */
export function unusableNext({ language }: PageView): string {
  return language.sentences('invitation_page')('unusable_next')
}
