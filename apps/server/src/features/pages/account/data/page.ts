import { type Html, html } from '../../../../platform/html/html.ts'
import type { Account } from '../../../../platform/kernel/account.ts'
import type { Receipt } from '../../../self-service/deletions/model.ts'
import type { FormRefusal } from '../../frame/form-refusal.ts'
import { icon } from '../../frame/icons.ts'
import { field } from '../../frame/parts.ts'
import { confirmPath } from '../../frame/paths.ts'
import { taskPage } from '../../frame/task-page.ts'
import type { PageView } from '../../frame/view.ts'
import { formButton, freshNote, proofFields, refusedPart } from '../forms.ts'
import { oncePart } from '../once.ts'
import type { Reader } from '../reader.ts'
import { accountPage, paneTitle } from '../shell.ts'

export const dataPath = '/account/data'
export const exportPath = `${dataPath}/export`
export const deletionPath = `${dataPath}/delete`

export interface DataPage {
  readonly hasPassword: boolean
  /** The last day on which the account could be restored if it were deleted now; null if it could not. */
  readonly restorableUntil: Date | null
  /** What the owner typed to confirm. */
  readonly typed: string
  readonly refusal: FormRefusal | null
}

export function dataPage(reader: Reader, page: DataPage): string {
  const say = reader.view.language.sentences('data_pane')
  return accountPage(reader, {
    pane: 'data',
    title: paneTitle(reader, 'data'),
    intro: say('intro'),
    ...refusedPart(page.refusal),
    body: html`${!reader.mustVerify && exportCard(reader)}${deletionCard(reader, page)}`,
  })
}

/** What an owner types to confirm that this account is the one that they want to delete. */
export function confirmationOf({ username, email, phoneNumber, id }: Account): string {
  return username ?? email ?? phoneNumber ?? id
}

function exportCard(reader: Reader): Html {
  const say = reader.view.language.sentences('data_pane')
  const isFresh = reader.freshSecondsLeft > 0
  const confirm = `${confirmPath}?return_to=${encodeURIComponent(dataPath)}`
  return html`<section class="card" aria-labelledby="export-title">
<div class="row">
<span class="disc">${icon('download')}</span>
<div class="row-main">
<h2 id="export-title">${say('export')}</h2>
<p class="row-note">${say('export_hint')}</p>
</div>
<div class="row-end">${
    isFresh
      ? html`<a class="btn btn-secondary btn-s" href="${exportPath}?format=zip" download>${say('export_zip')}</a>
<a class="btn btn-secondary btn-s" href="${exportPath}?format=json" download>${say('export_json')}</a>`
      : html`<a class="btn btn-secondary btn-s" href="${confirm}">${say('export_confirm')}</a>`
  }</div>
</div>
${isFresh && html`<div class="card-foot">${freshNote(reader)}</div>\n`}</section>
`
}

function deletionCard(reader: Reader, { hasPassword, restorableUntil, typed, refusal }: DataPage): Html {
  const { language } = reader.view
  const say = language.sentences('data_pane')
  const expected = confirmationOf(reader.user.account)
  const error = refusal?.errors['confirmation']
  const until =
    restorableUntil === null
      ? say('delete_at_once')
      : language.markup('data_pane')('delete_until', { day: html`<b>${language.day(restorableUntil)}</b>` })
  return html`<section class="card danger" aria-labelledby="delete-title">
<div class="card-head">
<h2 id="delete-title">${say('delete')}</h2>
<p>${until}</p>
</div>
<form class="card-body" method="post" action="${deletionPath}">
<ul class="rules">
<li>${icon('cross')}<span>${say('goes_account')}</span></li>
<li>${icon('cross')}<span>${say('goes_keys')}</span></li>
<li>${icon('tick')}<span>${say('stays')}</span></li>
</ul>
<div class="form-gap">
${field(language, {
  name: 'confirmation',
  label: language.markup('data_pane')('type_to_confirm', { name: html`<bdi>${expected}</bdi>` }),
  value: typed,
  ...(error !== undefined && { error }),
  attributes: html` type="text" maxlength="400" autocomplete="off" dir="auto" autocapitalize="none" spellcheck="false"`,
})}
${proofFields(reader, { hasPassword, needs: 'credential', refusal })}</div>
${formButton(reader, say('delete_button'), refusal, 'btn-danger-solid')}</form>
</section>
`
}

/** The last page that the owner sees, and the only one that shows the receipt. */
export function deletedPage(
  view: PageView,
  { receipt, restorableUntil }: Receipt,
  publicUrl: string,
): string {
  const { language } = view
  const say = language.sentences('data_pane')
  const address = `${publicUrl}/v1/auth/deletions/${receipt}`
  return taskPage(view, {
    title: say('deleted'),
    script: 'once.js',
    body: html`<div class="done">
<span class="disc disc-l disc-ok">${icon('tick')}</span>
<h1>${say('deleted')}</h1>
<p class="lead">${say('deleted_next')}</p>
</div>
${
  restorableUntil !== null &&
  html`<p class="lead">${language.markup('data_pane')('restore_until', { day: html`<b>${language.day(restorableUntil)}</b>` })}</p>
<p class="stack"><a class="btn btn-secondary btn-block" href="/restore">${say('restore')}</a></p>\n`
}<h2>${say('receipt')}</h2>
<p class="lead">${say('receipt_hint')}</p>
${oncePart({ view }, { text: receipt, fileName: 'receipt.txt', next: null })}
<p class="note"><span>${language.markup('data_pane')('receipt_check', { address: html`<a class="ltr" href="${address}">${address}</a>` })}</span></p>`,
  })
}
