import { type Html, html } from '../../../../platform/html/html.ts'
import type { ApiKey } from '../../../authenticators/api-keys/model.ts'
import { icon } from '../../frame/icons.ts'
import type { Alert } from '../../frame/parts.ts'
import type { Reader } from '../reader.ts'
import { accountPage, paneTitle } from '../shell.ts'
import { consentsCard, type ShownConsents } from './consents/card.ts'
import { applicationsPath } from './paths.ts'

export const newKeyPath = `${applicationsPath}/new`

export interface ApplicationsPage {
  readonly consents: ShownConsents
  readonly keys: readonly ApiKey[]
  readonly nextCursor: string | null
  readonly alert: Alert | null
}

export function applicationsPage(
  reader: Reader,
  { consents, keys, nextCursor, alert }: ApplicationsPage,
): string {
  const say = reader.view.language.sentences('keys_pane')
  return accountPage(reader, {
    pane: 'applications',
    title: paneTitle(reader, 'applications'),
    intro: reader.view.language.sentences('consents_pane')('intro'),
    alert,
    body: html`${consentsCard(reader, consents)}<section class="card">
<div class="card-head between">
<div><h2>${say('keys')}</h2><p>${say('intro')} ${say('keys_hint')}</p></div>
<a class="btn btn-primary btn-s" href="${newKeyPath}">${say('make')}</a>
</div>
${keys.length === 0 ? noKeys(reader) : html`<ul class="rows">\n${keys.map((key) => keyRow(reader, key))}</ul>\n`}${
  nextCursor !== null &&
  html`<p class="card-foot"><a href="${applicationsPath}?cursor=${encodeURIComponent(nextCursor)}">${say('more')}</a></p>\n`
}</section>`,
  })
}

function noKeys({ view }: Reader): Html {
  const say = view.language.sentences('keys_pane')
  return html`<div class="empty">
<span class="disc disc-l">${icon('key')}</span>
<h3>${say('none')}</h3>
<p>${say('none_hint')}</p>
</div>
`
}

function keyRow({ view: { language }, now }: Reader, key: ApiKey): Html {
  const say = language.sentences('keys_pane')
  const { allowedNetworks, lastUsedAt, permissions, replacedBy } = key
  const used =
    lastUsedAt === null ? say('never_used') : say('last_used', { ago: language.ago(lastUsedAt, now) })
  const days = { from: language.day(key.createdAt), until: language.day(key.expiresAt) }
  return html`<li class="row">
<span class="disc">${icon('key')}</span>
<div class="row-main">
<p class="row-title"><bdi>${key.name}</bdi>${replacedBy !== null && html` <span class="badge">${say('replaced')}</span>`}</p>
<p class="row-note">${used} · ${say('works', days)}</p>
<p class="row-note">${permissions.length === 0 ? say('reads_only') : html`<span class="ltr">${permissions.join(', ')}</span>`}</p>
${allowedNetworks.length > 0 && html`<p class="row-note">${language.markup('keys_pane')('only_from', { networks: html`<span class="ltr">${allowedNetworks.join(', ')}</span>` })}</p>\n`}</div>
<form class="row-end" method="post" action="${applicationsPath}/${key.id}/revoke"><button class="btn btn-danger btn-s" data-busy="${language.sentences('page')('busy')}">${say('revoke')}<span class="sr"> ${key.name}</span></button></form>
</li>
`
}
