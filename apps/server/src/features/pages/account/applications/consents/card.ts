import { type Html, html } from '../../../../../platform/html/html.ts'
import { isOpenIdScope } from '../../../../../platform/kernel/openid-scopes.ts'
import type { ListedConsent } from '../../../../authorization/consents/model.ts'
import { icon } from '../../../frame/icons.ts'
import type { Reader } from '../../reader.ts'
import { applicationsPath } from '../paths.ts'

export interface ShownConsents {
  readonly data: readonly ListedConsent[]
  readonly next_cursor: string | null
}

/** The applications that the owner has allowed something, and a button to take it back. */
export function consentsCard(reader: Reader, { data, next_cursor: next }: ShownConsents): Html {
  const say = reader.view.language.sentences('consents_pane')
  return html`<section class="card">
<div class="card-head"><h2>${say('applications')}</h2><p>${say('hint')}</p></div>
${data.length === 0 ? noConsents(reader) : html`<ul class="rows">\n${data.map((each) => consentRow(reader, each))}</ul>\n`}${
  next !== null &&
  html`<p class="card-foot"><a href="${applicationsPath}?consents=${encodeURIComponent(next)}">${say('more')}</a></p>\n`
}</section>
`
}

function noConsents({ view }: Reader): Html {
  const say = view.language.sentences('consents_pane')
  return html`<div class="empty">
<span class="disc disc-l">${icon('applications')}</span>
<h3>${say('none')}</h3>
<p>${say('none_hint')}</p>
</div>
`
}

function consentRow(reader: Reader, consent: ListedConsent): Html {
  const { now, view } = reader
  const { language } = view
  const say = language.sentences('consents_pane')
  const { client, clientId, grantedAt, lastUsedAt } = consent
  const used =
    lastUsedAt === null ? say('never_used') : say('last_used', { ago: language.ago(lastUsedAt, now) })
  return html`<li class="row">
<span class="disc">${icon('applications')}</span>
<div class="row-main">
<p class="row-title"><bdi>${client.name}</bdi></p>
<p class="row-note">${used} · ${say('allowed', { day: language.day(grantedAt) })}</p>
${scopeNotes(reader, consent.scope)}</div>
<form class="row-end" method="post" action="${applicationsPath}/consents/${clientId}/revoke"><button class="btn btn-danger btn-s" data-busy="${language.sentences('page')('busy')}">${say('revoke')}<span class="sr"> ${client.name}</span></button></form>
</li>
`
}

/** The scopes of OpenID Connect in words; permissions under the names that the application gives them. */
function scopeNotes({ view }: Reader, scope: readonly string[]): Html {
  const say = view.language.sentences('scopes')
  const words = scope.filter(isOpenIdScope).map((name) => say(name))
  const permissions = scope.filter((name) => !isOpenIdScope(name))
  return html`${words.length > 0 && html`<p class="row-note">${words.join(' · ')}</p>\n`}${
    permissions.length > 0 &&
    html`<p class="row-note"><span class="ltr">${permissions.join(', ')}</span></p>\n`
  }`
}
