import { type Html, html } from '../../../platform/html/html.ts'
import type { RecoveryGrant } from '../../authentication/recovery/model.ts'
import { type FieldErrors, fieldErrorAlert } from '../frame/field-errors.ts'
import { linkForm } from '../frame/links.ts'
import { newPasswordField } from '../frame/new-password.ts'
import { alert, submitButton } from '../frame/parts.ts'
import { recoverPath } from '../frame/paths.ts'
import { taskPage } from '../frame/task-page.ts'
import type { PageView } from '../frame/view.ts'

export interface ResetForm {
  readonly grant: RecoveryGrant
  readonly hasPassword: boolean
  readonly passwordLengthMin: number
  /** What is wrong with the last attempt; absent for the first. */
  readonly errors?: FieldErrors
  /** Said before everything else. */
  readonly news?: string
}

/** Asks for the new password of an account. */
export function resetPage(view: PageView, form: ResetForm): string {
  const { language } = view
  const say = language.sentences('recover')
  const { errors = {}, hasPassword, news, passwordLengthMin: lengthMin } = form
  const isRefused = form.errors !== undefined
  const error = errors['new_password']
  return taskPage(view, {
    title: say('choose'),
    hasError: isRefused,
    body: html`<h1>${say('choose')}</h1>
${news !== undefined && html`<p class="lead">${news}</p>\n`}<p class="lead">${say('choose_next')}</p>
${isRefused && alert(fieldErrorAlert(language, errors))}
${grantForm(
  view,
  form,
  html`${newPasswordField(view, {
    name: 'new_password',
    label: say('new_password'),
    lengthMin,
    ...(error !== undefined && { error }),
  })}${submitButton(language, say('set'))}
`,
)}
${!hasPassword && secretForm(view, form)}`,
  })
}

/** For an account that never had a password. */
function secretForm(view: PageView, form: ResetForm): Html {
  const { language } = view
  const say = language.sentences('recover')
  return html`<h2 class="sub">${say('or_secret')}</h2>
<p class="note">${say('or_secret_next')}</p>
${grantForm(
  view,
  form,
  html`<button class="btn btn-secondary btn-block" data-busy="${language.sentences('page')('busy')}">${say('get_secret')}</button>
`,
)}`
}

function grantForm(view: PageView, { grant: { purpose, token } }: ResetForm, body: Html): Html {
  const tokenName = purpose === 'recovery' ? 'token' : 'recovery_token'
  return linkForm(view, { path: recoverPath, token, tokenName, body })
}
