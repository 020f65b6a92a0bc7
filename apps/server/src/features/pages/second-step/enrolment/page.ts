import { html, svgElement } from '../../../../platform/html/html.ts'
import type { TotpEnrolment } from '../../../authenticators/totp/model.ts'
import { type Alert, alert, returnField, submitButton } from '../../frame/parts.ts'
import { signInPath } from '../../frame/paths.ts'
import { taskPage } from '../../frame/task-page.ts'
import type { PageView } from '../../frame/view.ts'

export const enrolmentPath = `${signInPath}/second-factor`

export interface EnrolmentPage {
  /** The credential of the sign-in that needs a second factor. */
  readonly enrolment: string
  readonly app: TotpEnrolment
  /** The address to which the sign-in leads back; null for the account. */
  readonly returnTo: string | null
  readonly alert?: Alert
}

/** The page after a right password, for an account that needs a second factor and has none. */
export function enrolmentPage(view: PageView, page: EnrolmentPage): string {
  const say = view.language.sentences('enrolment')
  const step = view.language.sentences('second_step')
  const { secret, otpauthUrl, qrSvg } = page.app
  return taskPage(view, {
    title: say('title'),
    hasError: page.alert !== undefined,
    body: html`<h1>${say('title')}</h1>
<p class="lead">${say('lead')}</p>
${page.alert && alert(page.alert)}
<div class="qr" role="img" aria-label="${say('picture')}">${svgElement(qrSvg)}</div>
<p><a href="${otpauthUrl}">${say('open_app')}</a></p>
<p class="hint" id="secret-label">${say('secret')}</p>
<p class="once" role="group" tabindex="0" aria-labelledby="secret-label"><bdi dir="ltr">${secret}</bdi></p>
<form method="post" action="${enrolmentPath}">
<input type="hidden" name="enrolment" value="${page.enrolment}">
<input type="hidden" name="secret" value="${secret}">
${returnField(page.returnTo)}<div class="field">
<label for="code">${step('code_label')}</label>
<input class="input code" id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="12" dir="ltr" required>
</div>
${submitButton(view.language, step('button'))}
</form>`,
    end: html`<a href="${signInPath}">${step('start_again')}</a>`,
  })
}
