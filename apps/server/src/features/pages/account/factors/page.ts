import { html, svgElement } from '../../../../platform/html/html.ts'
import type { Factor } from '../../../authenticators/factors/model.ts'
import type { TotpEnrolment } from '../../../authenticators/totp/model.ts'
import type { FormRefusal } from '../../frame/form-refusal.ts'
import { field } from '../../frame/parts.ts'
import { securityPath } from '../../frame/paths.ts'
import { formButton, refusedPart } from '../forms.ts'
import { oncePart } from '../once.ts'
import type { Reader } from '../reader.ts'
import { accountPage } from '../shell.ts'
import { appPath, codesPath, factorPath } from './paths.ts'

const place = { pane: 'security', parent: 'security' } as const

export interface AppPage {
  readonly app: TotpEnrolment
  readonly refusal: FormRefusal | null
}

/** Shows the secret of an authenticator app, which counts only once a code has confirmed it (A93). */
export function appPage(reader: Reader, { app, refusal }: AppPage): string {
  const { language } = reader.view
  const say = language.sentences('enrolment')
  const step = language.sentences('second_step')
  const error = refusal?.errors['code']
  return accountPage(reader, {
    ...place,
    title: language.sentences('factors_pane')('app'),
    intro: language.sentences('factors_pane')('add_lead'),
    ...refusedPart(refusal),
    body: html`<section class="card">
<div class="card-body">
<div class="qr" role="img" aria-label="${say('picture')}">${svgElement(app.qrSvg)}</div>
<p><a href="${app.otpauthUrl}">${say('open_app')}</a></p>
<p class="hint" id="secret-label">${say('secret')}</p>
<p class="once" role="group" tabindex="0" aria-labelledby="secret-label"><bdi dir="ltr">${app.secret}</bdi></p>
</div>
<form class="card-body" method="post" action="${appPath}/confirm">
<input type="hidden" name="secret" value="${app.secret}">
${field(language, {
  name: 'code',
  label: step('code_label'),
  ...(error !== undefined && { error }),
  attributes: html` type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="100" dir="ltr"`,
})}${formButton(reader, step('button'), refusal)}</form>
</section>`,
  })
}

/** Asks before the old codes end. */
export function codesPage(reader: Reader, left: number): string {
  const { language } = reader.view
  const say = language.sentences('factors_pane')
  return accountPage(reader, {
    ...place,
    title: say('codes'),
    intro: say('codes_intro'),
    body: html`<section class="card">
<form class="card-body" method="post" action="${codesPath}">
<p>${say('codes_left', { left: language.number(left) })}</p>
${formButton(reader, say('codes_button'), null)}</form>
</section>`,
  })
}

/** The only page that ever shows the codes. */
export function newCodesPage(reader: Reader, codes: readonly string[]): string {
  const { language } = reader.view
  const say = language.sentences('recovery_codes')
  return accountPage(reader, {
    ...place,
    title: say('title'),
    intro: `${language.sentences('factors_pane')('codes_new')} ${say('warning')}`,
    script: 'once.js',
    body: oncePart(reader, { text: codes.join('\n'), fileName: 'recovery-codes.txt', next: securityPath }),
  })
}

export interface FactorPage {
  readonly factor: Factor
  readonly refusal: FormRefusal | null
}

/** The name of a factor, and the way to move it and to remove it. */
export function factorPage(reader: Reader, { factor, refusal }: FactorPage): string {
  const { language } = reader.view
  const say = language.sentences('factors_pane')
  const error = refusal?.errors['name']
  const path = factorPath(factor.id)
  return accountPage(reader, {
    ...place,
    title: factor.name,
    ...refusedPart(refusal),
    body: html`<section class="card">
<form class="card-body" method="post" action="${path}">
${field(language, {
  name: 'name',
  label: say('name'),
  value: factor.name,
  ...(error !== undefined && { error }),
  attributes: html` type="text" maxlength="200" autocomplete="off" dir="auto"`,
})}${formButton(reader, say('save'), null)}</form>
</section>
${
  factor.kind === 'totp' &&
  html`<section class="card">
<form class="card-body" method="post" action="${appPath}">
<p>${say('move_hint')}</p>
${formButton(reader, say('move'), null, 'btn-secondary')}</form>
</section>
`
}<section class="card">
<form class="card-body" method="post" action="${path}/remove">
<p>${say('remove_hint')}</p>
${formButton(reader, say('remove'), null, 'btn-danger')}</form>
</section>`,
  })
}
