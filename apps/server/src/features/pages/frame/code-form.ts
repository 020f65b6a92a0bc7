import { type Html, html } from '../../../platform/html/html.ts'
import type { Failure } from '../../../platform/kernel/failures.ts'
import { codeExpired, codeMinutes } from '../../authenticators/codes/model.ts'
import type { Language } from '../../languages/model.ts'
import { icon } from './icons.ts'
import { type Alert, timer } from './parts.ts'

/** What the pages have in common on which the reader types a code from a message. */

/** One field for all digits, so that a browser can fill it in and a code can be pasted. Script sends it by itself. */
export function codeInput(language: Language, { isWrong }: { readonly isWrong: boolean }): Html {
  const say = language.sentences('code')
  return html`<div class="field">
<label for="code">${say('label')}</label>
<input class="input code" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="64" autocapitalize="none" spellcheck="false" aria-describedby="code-note"${isWrong && html` aria-invalid="true"`} required>
<p class="note" id="code-note">${icon('clock')}<span>${say('minutes', { minutes: `${codeMinutes}` })}</span></p>
</div>`
}

export interface ResendForm {
  readonly path: string
  /** The hidden fields. */
  readonly fields: Html
  /** The seconds until another code may be sent. */
  readonly waitSeconds: number
  /** The way back, for a wrong address. */
  readonly changeAddress: string
}

/** Sends another code. The wait is shown with script only; the server decides. */
export function resendForm(language: Language, form: ResendForm): Html {
  const { path, fields, waitSeconds, changeAddress } = form
  const say = language.sentences('code')
  const waits = html` data-waits="${say('resend_in', { time: '{time}' })}" data-seconds="${waitSeconds}"`
  return html`<form class="more stack-s" method="post" action="${path}">
${fields}<p class="note">${say('nothing_arrived')}</p>
<button class="btn btn-secondary btn-block" formnovalidate data-busy="${language.sentences('page')('busy')}"${waitSeconds > 0 && waits}>${say('resend')}</button>
<p><a href="${changeAddress}">${say('wrong_address')}</a></p>
</form>`
}

/** Why a code was refused. */
export function codeAlert(language: Language, { problem }: Pick<Failure, 'problem'>): Alert {
  const say = language.sentences('code')
  const isExpired = problem === codeExpired
  return {
    tone: 'bad',
    title: say(isExpired ? 'expired' : 'wrong'),
    text: say(isExpired ? 'expired_next' : 'wrong_next'),
  }
}

/** Shortly after the last code. */
export function tooSoonAlert(
  language: Language,
  { retryAfterSeconds }: Pick<Failure, 'retryAfterSeconds'>,
): Alert {
  const text = language.markup('code')('too_soon_next', { time: timer(retryAfterSeconds ?? 1) })
  return { tone: 'warn', title: language.sentences('code')('too_soon'), text }
}

export function sentAgainAlert(language: Language): Alert {
  const say = language.sentences('code')
  return { tone: 'ok', title: say('sent_again'), text: say('sent_again_next') }
}
