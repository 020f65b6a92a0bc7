import { type Html, html } from '../../../../platform/html/html.ts'
import type { FormRefusal } from '../../frame/form-refusal.ts'
import { icon } from '../../frame/icons.ts'
import { alert, field, returnField, submitButton } from '../../frame/parts.ts'
import { passkeyForm, passkeyScript } from '../../frame/passkey-form.ts'
import { accountPath, confirmPath } from '../../frame/paths.ts'
import { taskPage } from '../../frame/task-page.ts'
import { freshTimer, proofFields } from '../forms.ts'
import type { Reader } from '../reader.ts'

export interface ConfirmationPage {
  readonly hasPassword: boolean
  /** True if the reader has a second factor. */
  readonly hasFactor: boolean
  readonly hasPasskey: boolean
  /** True if a password is not enough for what the reader wants to do. */
  readonly needsFactor: boolean
  /** Where the reader goes on; null for the form in another window. */
  readonly returnTo: string | null
  /** How long they are not asked again. */
  readonly freshMinutes: number
  readonly refusal: FormRefusal | null
}

/** Asks for the proof that the act of another page needs. */
export function confirmationPage(reader: Reader, page: ConfirmationPage): string {
  const { freshMinutes, hasFactor, needsFactor, refusal } = page
  const { language } = reader.view
  const say = language.sentences('confirmation')
  return taskPage(reader.view, {
    title: say('title'),
    hasError: refusal !== null,
    ...(page.hasPasskey && { script: passkeyScript }),
    body: html`<h1>${say('title')}</h1>
<p class="lead">${say('lead', { minutes: language.number(freshMinutes) })}</p>
${refusal && alert(refusal.alert)}${!(needsFactor && hasFactor) && credentialForm(reader, page)}${hasFactor && factorForm(reader, page)}${page.hasPasskey && passkeyPart(reader, page)}<a class="btn btn-quiet btn-block" href="${accountPath}">${language.sentences('page')('cancel')}</a>`,
  })
}

function credentialForm(reader: Reader, page: ConfirmationPage): Html {
  const { hasPassword, refusal } = page
  return html`<form class="stack" method="post" action="${confirmPath}">
${returnField(page.returnTo)}${proofFields(reader, { hasPassword, needs: 'credential', refusal })}${button(reader, page)}
</form>
`
}

function passkeyPart({ view }: Reader, { needsFactor, returnTo }: ConfirmationPage): Html {
  return passkeyForm(view, {
    use: 'confirm',
    action: confirmPath,
    button: view.language.sentences('second_step')('use_passkey'),
    isMain: false,
    fields: html`${returnField(returnTo)}${needsFactor && html`<input type="hidden" name="needs" value="factor">\n`}`,
  })
}

/** A session that has a second factor, and needs a fresh one, gets it by a code of the app or by a recovery code. */
function factorForm(reader: Reader, page: ConfirmationPage): Html {
  const { language } = reader.view
  return html`<form class="stack" method="post" action="${confirmPath}">
${returnField(page.returnTo)}${page.needsFactor && html`<input type="hidden" name="needs" value="factor">\n`}${field(
  language,
  {
    name: 'code',
    label: language.sentences('confirmation')('code'),
    attributes: html` type="text" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" dir="ltr" maxlength="100"`,
  },
)}${button(reader, page)}
</form>
`
}

function button({ view: { language } }: Reader, { refusal }: ConfirmationPage): Html {
  const waits =
    refusal?.waitSeconds == null
      ? html``
      : html` data-waits="${language.sentences('page')('again_in', { time: '{time}' })}"`
  return submitButton(language, language.sentences('confirmation')('button'), waits)
}

/** For a reader who has confirmed it a short time ago. */
export function confirmedPage(reader: Reader, returnTo: string | null): string {
  const { language } = reader.view
  const say = language.sentences('confirmation')
  return taskPage(reader.view, {
    title: say('confirmed'),
    body: html`<div class="done">
<span class="disc disc-l disc-ok">${icon('tick')}</span>
<h1>${say('confirmed')}</h1>
<p class="lead">${language.markup('confirmation')('left', { time: freshTimer(reader) })}</p>
${returnTo === null && html`<p class="lead">${say('close')}</p>\n`}<a class="btn btn-primary btn-block" href="${returnTo ?? accountPath}">${language.sentences('page')(returnTo === null ? 'to_account' : 'continue')}</a>
</div>`,
  })
}
