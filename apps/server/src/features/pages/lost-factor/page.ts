import { type Html, html } from '../../../platform/html/html.ts'
import { codeTaskPage } from '../frame/code-page.ts'
import { outcomePage, signInLink } from '../frame/outcome-page.ts'
import { type Alert, alert, returnField, submitButton } from '../frame/parts.ts'
import { lostFactorPath, signInPath } from '../frame/paths.ts'
import { taskPage } from '../frame/task-page.ts'
import type { PageView } from '../frame/view.ts'

/** The sign-in whose second factor is lost. */
export interface LostFactorPage {
  readonly challenge: string
  readonly keep: boolean
  /** The address to which the sign-in leads back; null for the account. */
  readonly returnTo: string | null
  readonly alert?: Alert
}

/** Says what happens. Nothing has begun yet. */
export function questionPage(view: PageView, page: LostFactorPage & { readonly waitHours: number }): string {
  const { language } = view
  const say = language.sentences('lost_factor', { hours: String(page.waitHours) })
  return taskPage(view, {
    title: say('title'),
    hasError: page.alert !== undefined,
    body: html`<h1>${say('title')}</h1>
<p class="lead">${say('lead')}</p>
<p>${say('then')}</p>
${page.alert && alert(page.alert)}<form method="post" action="${lostFactorPath}">
${fieldsOf(page)}<input type="hidden" name="start" value="yes">
${submitButton(language, say('start'))}
</form>`,
    end: html`<a href="${signInPath}">${language.sentences('second_step')('start_again')}</a>`,
  })
}

export function waitingPage(view: PageView, usableAt: Date): string {
  const { language } = view
  const say = language.sentences('lost_factor', { time: language.time(usableAt) })
  return outcomePage(view, {
    tone: 'ok',
    title: say('waiting'),
    text: [say('waiting_next'), say('then')],
    next: signInLink(view),
  })
}

export function codePage(
  view: PageView,
  page: LostFactorPage & { readonly sentTo: 'email' | 'phone_number'; readonly waitSeconds: number },
): string {
  const { language } = view
  const say = language.sentences('lost_factor')
  const { sentTo, waitSeconds } = page
  return codeTaskPage(view, {
    title: say('remove'),
    lead: html`${language.sentences('second_step')(sentTo)}`,
    alert: page.alert,
    checkPath: lostFactorPath,
    button: say('remove_button'),
    resend: {
      path: lostFactorPath,
      fields: html`${fieldsOf(page)}<input type="hidden" name="sent_to" value="${sentTo}">\n`,
      waitSeconds,
      changeAddress: signInPath,
    },
  })
}

/** For an account without a contact that could be notified. */
export function refusedPage(view: PageView): string {
  const say = view.language.sentences('lost_factor', { service: view.appearance.serviceName })
  return outcomePage(view, {
    tone: 'warn',
    title: say('refused'),
    text: say('refused_next'),
    next: signInLink(view),
  })
}

function fieldsOf({ challenge, keep, returnTo }: LostFactorPage): Html {
  return html`<input type="hidden" name="challenge" value="${challenge}">
${keep && html`<input type="hidden" name="keep" value="yes">\n`}${returnField(returnTo)}`
}
