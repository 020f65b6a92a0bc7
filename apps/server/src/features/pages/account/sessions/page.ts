import { type Html, html } from '../../../../platform/html/html.ts'
import { networkKey } from '../../../../platform/kernel/addresses.ts'
import { deviceNamesOf } from '../../../../platform/kernel/device.ts'
import { minuteMs } from '../../../../platform/kernel/durations.ts'
import type { Session } from '../../../session-management/sessions/model.ts'
import { icon } from '../../frame/icons.ts'
import type { Alert } from '../../frame/parts.ts'
import { deviceIcon, deviceWords } from '../device.ts'
import type { Reader } from '../reader.ts'
import { accountPage, paneTitle } from '../shell.ts'

export const sessionsPath = '/account/sessions'

export interface SessionsPage {
  readonly sessions: readonly Session[]
  readonly nextCursor: string | null
  readonly alert: Alert | null
}

export function sessionsPage(reader: Reader, { sessions, nextCursor, alert }: SessionsPage): string {
  const say = reader.view.language.sentences('sessions_pane')
  return accountPage(reader, {
    pane: 'sessions',
    title: say('title'),
    intro: say('intro'),
    alert,
    body: html`<section class="card">
<div class="card-head between">
<h2>${paneTitle(reader, 'sessions')}</h2>
<form method="post" action="${sessionsPath}/others/end"><button class="btn btn-danger btn-s" data-busy="${reader.view.language.sentences('page')('busy')}">${say('end_others')}</button></form>
</div>
<ul class="rows">
${sessions.map((session) => sessionRow(reader, session, true))}</ul>
${nextCursor !== null && html`<p class="card-foot"><a href="${sessionsPath}?cursor=${encodeURIComponent(nextCursor)}">${say('more')}</a></p>\n`}<p class="card-foot">${say('network_hint')}</p>
</section>`,
  })
}

/** One session, with the button that ends it if it may have one. */
export function sessionRow(reader: Reader, session: Session, hasButton: boolean): Html {
  const { language } = reader.view
  const say = language.sentences('sessions_pane')
  const names = deviceNamesOf(session.userAgent)
  const device = deviceWords(names, language)
  const isCurrent = session.id === reader.user.sessionId
  return html`<li class="row">
<span class="disc">${icon(deviceIcon(names))}</span>
<div class="row-main">
<p class="row-title">${device}${isCurrent && html` <span class="badge badge-brand">${say('this_device')}</span>`}</p>
<p class="row-note">${session.ipAddress !== null && html`<span class="ltr">${networkKey(session.ipAddress)}</span> · `}${lastSeen(reader, session)}</p>
<p class="row-note">${say('first_seen', { day: language.day(session.createdAt) })}</p>
</div>
${hasButton && !isCurrent && endButton(reader, session, device)}</li>
`
}

// The time of the last use is accurate to the minute.
function lastSeen({ view: { language }, now }: Reader, { lastSeenAt }: Session): string {
  const say = language.sentences('sessions_pane')
  if (now.getTime() - lastSeenAt.getTime() < 2 * minuteMs) return say('active_now')
  return say('last_seen', { ago: language.ago(lastSeenAt, now) })
}

function endButton({ view: { language } }: Reader, { id }: Session, device: string): Html {
  const say = language.sentences('sessions_pane')
  return html`<form class="row-end" method="post" action="${sessionsPath}/${id}/end"><button class="btn btn-secondary btn-s" data-busy="${language.sentences('page')('busy')}">${say('end')}<span class="sr"> ${device}</span></button></form>
`
}
