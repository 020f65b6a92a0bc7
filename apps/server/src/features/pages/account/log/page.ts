import { type Html, html } from '../../../../platform/html/html.ts'
import { networkKey } from '../../../../platform/kernel/addresses.ts'
import type { Language } from '../../../languages/model.ts'
import type { RecordedEvent } from '../../../safeguards/audit/model.ts'
import { isLogged, logKinds } from '../../../self-service/security-log/model.ts'
import { icon } from '../../frame/icons.ts'
import { field, select } from '../../frame/parts.ts'
import { confirmPath } from '../../frame/paths.ts'
import { deviceInWords, deviceWords } from '../device.ts'
import type { Reader } from '../reader.ts'
import { accountPage } from '../shell.ts'

export const logPath = '/account/security/log'
export const logFilePath = `${logPath}/file`

/** What the owner asks for, as the address has it. */
export interface LogChoice {
  readonly kind?: string
  readonly from?: string
  readonly to?: string
}

export interface LogPage {
  readonly choice: LogChoice
  readonly events: readonly RecordedEvent[]
  readonly nextCursor: string | null
}

export function logPage(reader: Reader, page: LogPage): string {
  const say = reader.view.language.sentences('log_pane')
  return accountPage(reader, {
    pane: 'security',
    parent: 'security',
    title: say('title'),
    intro: say('intro'),
    body: html`${filterForm(reader, page.choice)}<section class="card">
<div class="card-head between">
<h2>${say('events')}</h2>
<div class="row-end">${downloads(reader, page.choice)}</div>
</div>
${page.events.length === 0 ? html`<p class="card-body">${say('none')}</p>\n` : table(reader, page.events)}${
  page.nextCursor !== null &&
  html`<p class="card-foot"><a href="${addressOf(logPath, page.choice, { cursor: page.nextCursor })}">${say('older')}</a></p>\n`
}</section>`,
  })
}

function filterForm({ view: { language } }: Reader, { kind = '', from = '', to = '' }: LogChoice): Html {
  const say = language.sentences('log_pane')
  const day = (name: 'from' | 'to', value: string) =>
    field(language, {
      name,
      label: say(name),
      value,
      isRequired: false,
      hasMark: false,
      attributes: html` type="date"`,
    })
  return html`<form class="card" method="get" action="${logPath}">
<div class="card-body grid-3">
${select(language, {
  name: 'kind',
  label: say('kind'),
  value: kind,
  options: [['', say('all')], ...logKinds.map((each) => [each, say(each)] as const)],
})}${day('from', from)}${day('to', to)}</div>
<div class="card-foot"><button class="btn btn-secondary btn-s">${say('show')}</button></div>
</form>
`
}

function downloads(reader: Reader, choice: LogChoice): Html {
  const say = reader.view.language.sentences('log_pane')
  if (reader.freshSecondsLeft === 0) {
    const back = encodeURIComponent(addressOf(logPath, choice))
    return html`<a class="btn btn-secondary btn-s" href="${confirmPath}?return_to=${back}">${icon('download')}${say('download_confirm')}</a>`
  }
  const link = (format: 'csv' | 'json') =>
    html`<a class="btn btn-secondary btn-s" href="${addressOf(logFilePath, choice, { format })}" download>${icon('download')}${say(`download_${format}`)}</a>\n`
  return html`${link('csv')}${link('json')}`
}

function table({ user, view: { language } }: Reader, events: readonly RecordedEvent[]): Html {
  const say = language.sentences('log_pane')
  return html`<div class="table-box" tabindex="0" role="group" aria-label="${say('events')}">
<table class="table">
<thead><tr><th scope="col">${say('what')}</th><th scope="col" class="wide">${say('device')}</th><th scope="col" class="wide">${say('network')}</th><th scope="col">${say('when')}</th></tr></thead>
<tbody>
${events.map((event) => row(language, event, event.actorId === null || event.actorId === user.accountId))}</tbody>
</table>
</div>
`
}

/** Says nothing about the device of an administrator, which is not the owner's data. */
function row(language: Language, event: RecordedEvent, isOwn: boolean): Html {
  const say = language.sentences('log_pane')
  const device = event.device === null ? '' : deviceWords(deviceInWords(event.device), language)
  const network = event.ipAddress === null ? '' : networkKey(event.ipAddress)
  return html`<tr><th scope="row">${actionWords(language, event)}${outcomeBadge(language, event)}</th><td class="wide">${isOwn ? device : say('someone_else')}</td><td class="wide">${isOwn && html`<span class="ltr">${network}</span>`}</td><td class="num">${language.time(event.at)}</td></tr>
`
}

function actionWords(language: Language, { action, occurrences }: RecordedEvent): string {
  const say = language.sentences('log_action')
  const words = isLogged(action) ? say(action) : say('other', { action })
  return occurrences > 1 ? say('several', { what: words, count: language.number(occurrences) }) : words
}

function outcomeBadge(language: Language, { outcome }: RecordedEvent) {
  const say = language.sentences('log_pane')
  if (outcome === 'success') return null
  return outcome === 'repeated'
    ? html` <span class="badge">${say('repeated')}</span>`
    : html` <span class="badge badge-bad">${say('refused')}</span>`
}

function addressOf(path: string, choice: LogChoice, more: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries({ ...choice, ...more }).filter(([, value]) => value !== '')
  const query = new URLSearchParams(given).toString()
  return query === '' ? path : `${path}?${query}`
}
