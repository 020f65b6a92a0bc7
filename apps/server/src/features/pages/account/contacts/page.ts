import { type Html, html, type Insertion } from '../../../../platform/html/html.ts'
import type { FormRefusal } from '../../frame/form-refusal.ts'
import { icon } from '../../frame/icons.ts'
import type { Alert } from '../../frame/parts.ts'
import { contactsPath } from '../../frame/paths.ts'
import { refusedPart } from '../forms.ts'
import type { Reader } from '../reader.ts'
import { accountPage } from '../shell.ts'
import { codeForm } from './code-form.ts'
import { type ContactPane, contactOf, contactPanes, type PendingContact, type RecentChange } from './model.ts'

export interface ContactsPage {
  readonly pending: readonly PendingContact[]
  /** The contact whose code the reader is about to type; null if none. */
  readonly verifying: ContactPane | null
  readonly recent: readonly RecentChange[]
  readonly alert: Alert | null
  /** Of the form with a code: which one, and why it was refused. */
  readonly refused: { readonly form: string; readonly refusal: FormRefusal } | null
}

export function contactsPage(reader: Reader, page: ContactsPage): string {
  const say = reader.view.language.sentences('contacts_pane')
  return accountPage(reader, {
    pane: 'contacts',
    title: say('title'),
    intro: say('intro'),
    alert: page.alert,
    ...refusedPart(page.refused?.refusal ?? null),
    body: html`${page.pending.map((change) => pendingPart(reader, page, change))}${contactPanes.map((pane) => contactCard(reader, page, pane))}${recentCard(reader, page.recent)}`,
  })
}

/** A new contact that waits for its code. It stands on top, because it is what the reader came for. */
function pendingPart(
  reader: Reader,
  { refused }: ContactsPage,
  { kind, address }: PendingContact,
): Insertion {
  const pane = contactPanes.find((each) => each.kind === kind)
  if (pane === undefined) return null
  const { language } = reader.view
  const say = language.sentences('contacts_pane')
  const path = `${contactsPath}/${pane.name}`
  return html`<div class="alert">
${icon(pane.drawing)}
<div>
<p class="alert-title">${say(`pending_${pane.name}`)}</p>
<p>${language.markup('contacts_pane')('pending_next', { address: html`<b${pane.isLtr && html` class="ltr"`}>${address}</b>` })}</p>
${codeForm(reader, { action: `${path}/confirm`, id: `new-${pane.name}`, refusal: refused?.form === `${pane.name}-change` ? refused.refusal : null })}
<div class="inline-form">
<form method="post" action="${path}/keep"><button class="btn btn-secondary btn-s">${say('keep_old')}</button></form>
<form method="post" action="${path}"><input type="hidden" name="${pane.kind}" value="${address}"><button class="btn btn-quiet btn-s">${say('send_again')}</button></form>
</div>
</div>
</div>
`
}

function contactCard(reader: Reader, { verifying, refused }: ContactsPage, pane: ContactPane): Html {
  const { language } = reader.view
  const say = language.sentences('contacts_pane')
  const { address, verifiedAt } = contactOf(reader.user.account, pane)
  const path = `${contactsPath}/${pane.name}`
  return html`<section class="card">
<div class="card-head"><h2>${say(pane.name)}</h2></div>
<ul class="rows">
<li class="row">
<span class="disc">${icon(pane.drawing)}</span>
<div class="row-main">
<p class="row-title">${address === null ? say('not_set') : html`<span${pane.isLtr && html` class="ltr"`}>${address}</span> ${badge(reader, verifiedAt)}`}</p>
${address !== null && html`<p class="row-note">${say(verifiedAt === null ? 'verify_hint' : 'verified_hint')}</p>\n`}</div>
<div class="row-end">${
    address !== null &&
    verifiedAt === null &&
    html`<form method="post" action="${path}/verification"><button class="btn btn-primary btn-s" data-busy="${language.sentences('page')('busy')}">${say('verify')}<span class="sr"> ${say(pane.name)}</span></button></form>`
  }<a class="btn btn-secondary btn-s" href="${path}">${say(address === null ? 'add' : 'change')}<span class="sr"> ${say(pane.name)}</span></a></div>
</li>
</ul>
${
  verifying === pane &&
  address !== null &&
  html`<div class="card-foot">
<p>${language.markup('contacts_pane')('code_sent_to', { address: html`<b${pane.isLtr && html` class="ltr"`}>${address}</b>` })}</p>
${codeForm(reader, { action: `${path}/verification/confirm`, id: `own-${pane.name}`, refusal: refused?.form === `${pane.name}-verification` ? refused.refusal : null })}</div>
`
}</section>
`
}

function badge({ view }: Reader, verifiedAt: Date | null): Html {
  const say = view.language.sentences('contacts_pane')
  return verifiedAt === null
    ? html`<span class="badge badge-warn">${say('not_verified')}</span>`
    : html`<span class="badge badge-ok">${say('verified')}</span>`
}

function recentCard(reader: Reader, recent: readonly RecentChange[]): Insertion {
  if (recent.length === 0) return null
  const { language } = reader.view
  const say = language.sentences('contacts_pane')
  const shown = (address: string | null) => html`<bdi class="ltr">${address ?? say('not_set')}</bdi>`
  return html`<section class="card">
<div class="card-head"><h2>${say('recent')}</h2></div>
<ul class="rows">
${recent.map(
  ({ kind, before, after, at, undoUntil }) => html`<li class="row">
<span class="disc">${icon('undo')}</span>
<div class="row-main">
<p class="row-title">${say(kind === 'email' ? 'email_changed' : 'phone_changed')}</p>
<p class="row-note">${language.markup('contacts_pane')('from_to', { before: shown(before), after: shown(after) })} · ${language.day(at)}</p>
<p class="row-note">${say('undo_hint', { day: language.day(undoUntil) })}</p>
</div>
</li>
`,
)}</ul>
</section>
`
}
