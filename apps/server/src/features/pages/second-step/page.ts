import { type Html, html, type Insertion } from '../../../platform/html/html.ts'
import { isContactKind } from '../../authenticators/contact-codes/model.ts'
import { icon } from '../frame/icons.ts'
import { type Alert, alert, field, returnField, submitButton } from '../frame/parts.ts'
import { noPasskeysHint, passkeyForm, passkeyScript } from '../frame/passkey-form.ts'
import { lostFactorPath, signInPath } from '../frame/paths.ts'
import { taskPage } from '../frame/task-page.ts'
import type { PageView } from '../frame/view.ts'
import { isUsable, type PageFactor } from './schema.ts'

export const secondStepPath = `${signInPath}/second-step`
/** Sends a code to a contact. */
export const sendCodePath = `${secondStepPath}/send`

export interface SecondStepPage {
  readonly challenge: string
  /** The factors of the account, the usual one first. */
  readonly factors: readonly string[]
  readonly factor: PageFactor
  readonly keep: boolean
  /** The address to which the sign-in leads back; null for the account. */
  readonly returnTo: string | null
  /** Whether someone who has lost everything gets help. */
  readonly offersRecovery: boolean
  /** For how many days this device can be trusted; 0 if it cannot. */
  readonly trustDays: number
  readonly alert?: Alert
  /** The seconds until the reader may try again. */
  readonly waitSeconds?: number
  /** The seconds until another code may be sent. */
  readonly resendSeconds?: number
}

/** The page after a right password, for an account with a second factor. */
export function secondStepPage(view: PageView, page: SecondStepPage): string {
  const say = view.language.sentences('second_step')
  return taskPage(view, {
    title: say('title'),
    hasError: page.alert !== undefined,
    ...(page.factor === 'passkey' && { script: passkeyScript }),
    ...(isContactKind(page.factor) && { script: 'code.js' }),
    body: html`<h1>${say('title')}</h1>
<p class="lead">${say(page.factor)}</p>
${page.alert && alert(page.alert)}
${page.factor === 'passkey' ? passkeyPart(view, page) : codePart(view, page)}${isContactKind(page.factor) && resendForm(view, page)}${otherWays(view, page)}`,
    end: html`<a href="${signInPath}">${say('start_again')}</a>`,
  })
}

function codePart(view: PageView, page: SecondStepPage): Html {
  const say = view.language.sentences('second_step')
  return html`<form method="post" action="${secondStepPath}">
${hiddenFields(page)}<input type="hidden" name="factor" value="${page.factor}">
${codeField(view, page)}${trustField(view, page)}${submitButton(view.language, say('button'), waits(view, page))}
</form>
`
}

/** Sends another code. The wait is shown with script only; the server decides. */
function resendForm({ language }: PageView, page: SecondStepPage): Html {
  const say = language.sentences('code')
  const { factor, resendSeconds = 0 } = page
  const waits = html` data-waits="${say('resend_in', { time: '{time}' })}" data-seconds="${resendSeconds}"`
  return html`<form class="more stack-s" method="post" action="${sendCodePath}">
${hiddenFields(page)}<p class="note">${say('nothing_arrived')}</p>
<button class="btn btn-secondary btn-block" name="factor" value="${factor}" data-busy="${language.sentences('page')('busy')}"${resendSeconds > 0 && waits}>${say('resend')}</button>
</form>
`
}

function passkeyPart(view: PageView, page: SecondStepPage): Html {
  return html`${noPasskeysHint(view)}${passkeyForm(view, {
    use: 'factor',
    action: secondStepPath,
    button: view.language.sentences('second_step')('use_passkey'),
    isMain: true,
    fields: html`${hiddenFields(page)}<input type="hidden" name="factor" value="passkey">\n${trustField(view, page)}`,
  })}`
}

/** Not ticked: a shared computer must not become a trusted one by accident. */
function trustField({ language }: PageView, { factor, trustDays }: SecondStepPage): Insertion {
  if (trustDays === 0 || isContactKind(factor)) return null
  const say = language.sentences('second_step')
  return html`<div class="check">
<input type="checkbox" id="trust" name="trust_device" value="yes" aria-describedby="trust-hint">
<label for="trust">${say('trust', { days: language.number(trustDays) })}</label>
<p class="hint" id="trust-hint">${say('trust_hint')}</p>
</div>
`
}

function hiddenFields({ challenge, factors, keep, returnTo, trustDays }: SecondStepPage): Html {
  return html`<input type="hidden" name="challenge" value="${challenge}">
<input type="hidden" name="factors" value="${factors.join(' ')}">
${trustDays > 0 && html`<input type="hidden" name="may_trust" value="yes">\n`}${keep && html`<input type="hidden" name="keep" value="yes">\n`}${returnTo !== null && html`<input type="hidden" name="return_to" value="${returnTo}">\n`}`
}

// One field for all digits, so that a phone can fill it in, and so that it can be pasted.
function codeField({ language }: PageView, { factor }: SecondStepPage): Html {
  const say = language.sentences('second_step')
  return factor === 'recovery_code'
    ? field(language, {
        name: 'code',
        label: say('recovery_code_label'),
        attributes: html` type="text" autocomplete="off" autocapitalize="none" spellcheck="false" dir="ltr"`,
      })
    : html`<div class="field">
<label for="code">${say('code_label')}</label>
<input class="input code" id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="12" dir="ltr" required>
</div>
`
}

function waits({ language }: PageView, { waitSeconds }: SecondStepPage): Html {
  if (waitSeconds === undefined) return html``
  return html` data-waits="${language.sentences('page')('again_in', { time: '{time}' })}"`
}

function otherWays(view: PageView, page: SecondStepPage): Insertion {
  const others = page.factors.filter((each) => isUsable(each)).filter((each) => each !== page.factor)
  if (others.length === 0 && !page.offersRecovery) return null
  const say = view.language.sentences('second_step')
  return html`<details class="more">
<summary>${say('other_way')}${icon('down')}</summary>
${
  others.length > 0 &&
  html`<form class="ways" method="post" action="${secondStepPath}">
${hiddenFields(page)}${others.map(
  (each) =>
    html`<button class="btn btn-secondary btn-block" name="factor" value="${each}"${isContactKind(each) && html` formaction="${sendCodePath}"`}>${icon('key')}${say(`use_${each}`)}</button>
`,
)}</form>
`
}${page.offersRecovery && lostPart(view, page)}</details>`
}

function lostPart({ language }: PageView, { challenge, keep, returnTo }: SecondStepPage): Html {
  return html`<form class="ways" method="post" action="${lostFactorPath}">
<input type="hidden" name="challenge" value="${challenge}">
${keep && html`<input type="hidden" name="keep" value="yes">\n`}${returnField(returnTo)}<button class="btn btn-secondary btn-block">${icon('clock')}${language.sentences('second_step')('lost')}</button>
</form>
`
}
