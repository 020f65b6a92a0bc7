import { type Html, html, type Insertion } from '../../../../platform/html/html.ts'
import type { Session } from '../../../session-management/sessions/model.ts'
import { nameOf } from '../../frame/account-name.ts'
import { icon } from '../../frame/icons.ts'
import { contactsPath } from '../../frame/paths.ts'
import type { Reader } from '../reader.ts'
import type { Check } from '../security/check-up.ts'
import { sessionRow } from '../sessions/page.ts'
import { accountPage, panesOf, paneTitle } from '../shell.ts'

export interface Overview {
  /** The first thing to do; null if there is nothing. */
  readonly missing: Check | null
  readonly sessions: readonly Session[]
}

/** @param overview null while the account must first confirm a contact */
export function overviewPage(reader: Reader, overview: Overview | null): string {
  return accountPage(reader, {
    pane: 'overview',
    title: reader.view.language.sentences('account')('title'),
    body: html`${hero(reader)}
${overview === null ? confirmFirst(reader) : warning(reader, overview.missing)}
${menu(reader)}
${overview !== null && html`<div class="grid-2 cards-gap">${sessionsCard(reader, overview.sessions)}</div>`}`,
  })
}

function hero({ user: { account }, mustVerify, view: { language } }: Reader): Html {
  const since = language.sentences('account')('member_since', { day: language.day(account.createdAt) })
  return html`<div class="hero">
${!mustVerify && html`<img class="avatar avatar-l" src="/v1/me/profile/image?size=256" alt="" width="64" height="64">\n`}<div>
<h1><bdi>${nameOf(account)}</bdi></h1>
<p class="muted">${account.username !== null && html`<bdi>${account.username}</bdi> · `}${since}</p>
</div>
</div>`
}

function confirmFirst(reader: Reader): Html {
  const say = reader.view.language.sentences('account')
  return advice({
    title: say('confirm_first'),
    text: say('confirm_first_next'),
    path: contactsPath,
    button: say('contacts'),
  })
}

function warning(reader: Reader, missing: Check | null): Insertion {
  if (missing === null) return null
  const say = reader.view.language.sentences('security_pane')
  const key = `${missing.name}_missing` as const
  return advice({ title: say(key), text: say(`${key}_next`), path: missing.path, button: say('do_it') })
}

interface Advice {
  readonly title: string
  readonly text: string
  readonly path: string
  readonly button: string
}

function advice({ title, text, path, button }: Advice): Html {
  return html`<div class="alert alert-warn">
${icon('shield')}
<div>
<p class="alert-title">${title}</p>
<p>${text}</p>
<div class="actions"><a class="btn btn-primary btn-s" href="${path}">${button}</a></div>
</div>
</div>`
}

/** On phones, this page is the menu. */
function menu(reader: Reader): Html {
  const say = reader.view.language.sentences('account')
  const rows = panesOf(reader).filter(({ name }) => name !== 'overview')
  return html`<section class="card phone-only">
<h2 class="sr">${say('parts')}</h2>
${rows.map(
  ({ name, path, drawing }) =>
    html`<a class="row row-link" href="${path}"><span class="disc">${icon(drawing)}</span><span class="row-main"><span class="row-title">${paneTitle(reader, name)}</span></span>${icon('forward')}</a>
`,
)}</section>`
}

function sessionsCard(reader: Reader, sessions: readonly Session[]): Html {
  const say = reader.view.language.sentences('sessions_pane')
  return html`<section class="card">
<div class="card-head"><h2>${say('title')}</h2></div>
<ul class="rows">
${sessions.map((session) => sessionRow(reader, session, false))}</ul>
<p class="card-foot"><a href="/account/sessions">${say('see_all')}</a></p>
</section>
`
}
