import { type Html, html, type Insertion } from '../../../platform/html/html.ts'
import { initialsOf } from '../../users/pictures/model.ts'
import { nameOf } from '../frame/account-name.ts'
import { document, footer, logo } from '../frame/document.ts'
import { icon } from '../frame/icons.ts'
import { type Alert, alert } from '../frame/parts.ts'
import { accountPath, contactsPath, profilePath, signOutPath } from '../frame/paths.ts'
import { viewingBanner } from '../frame/viewing.ts'
import type { Reader } from './reader.ts'

/** The parts of the account, in the order of the menu. */
export const panes = [
  { name: 'overview', path: accountPath, drawing: 'home', isOpenToUnverified: true },
  { name: 'profile', path: profilePath, drawing: 'person', isOpenToUnverified: false },
  { name: 'contacts', path: contactsPath, drawing: 'mail', isOpenToUnverified: true },
  { name: 'security', path: '/account/security', drawing: 'shield', isOpenToUnverified: false },
  { name: 'sessions', path: '/account/sessions', drawing: 'computer', isOpenToUnverified: false },
  { name: 'applications', path: '/account/applications', drawing: 'applications', isOpenToUnverified: false },
  { name: 'data', path: '/account/data', drawing: 'download', isOpenToUnverified: true },
] as const
export type PaneName = (typeof panes)[number]['name']
/** What an administrator sees who looks at the account as its owner does: no more than they would by the API. */
const viewedPanes: readonly PaneName[] = ['overview', 'profile', 'contacts', 'sessions']

export interface AccountPage {
  readonly pane: PaneName
  readonly title: string
  /** One sentence below the title. */
  readonly intro?: Insertion
  /** The page that this one belongs to; absent for the pages of the menu, which lead back to the overview on phones. */
  readonly parent?: PaneName
  readonly alert?: Alert | null
  readonly hasError?: boolean
  readonly script?: string
  readonly body: Html
}

/** A page in the frame of the account: the header, the menu, and the pane. */
export function accountPage(reader: Reader, page: AccountPage): string {
  const { view } = reader
  const { title, hasError = false, script } = page
  return document(view, {
    title,
    hasError,
    ...(script !== undefined && { script }),
    shell: 'account-page',
    body: html`${reader.viewing && viewingBanner(view, reader.viewing)}${header(reader)}
<div class="account">
<nav class="account-nav nav" aria-label="${view.language.sentences('account')('title')}">
<ul>
${panesOf(reader).map(
  ({ name, path, drawing }) =>
    html`<li><a href="${path}"${name === page.pane && html` aria-current="page"`}>${icon(drawing)}${paneTitle(reader, name)}</a></li>
`,
)}</ul>
</nav>
<main id="main">
${page.pane !== 'overview' && wayBack(reader, page)}${page.pane !== 'overview' && heading(page)}${page.alert && alert(page.alert)}
${page.body}
</main>
</div>
${footer(view)}`,
  })
}

export function panesOf({ mustVerify, viewing }: Reader) {
  const open = viewing === null ? panes : panes.filter(({ name }) => viewedPanes.includes(name))
  return open.filter((pane) => !mustVerify || pane.isOpenToUnverified)
}

export function paneTitle({ view }: Reader, name: PaneName): string {
  return view.language.sentences('account')(name)
}

function header(reader: Reader): Html {
  const { mustVerify, view, user } = reader
  const say = view.language.sentences('account')
  return html`<header class="top">
${logo(view)}
<details class="menu">
<summary><span class="avatar" aria-hidden="true">${initialsOf(user.account)}</span><span class="sr"><bdi>${nameOf(user.account)}</bdi></span>${icon('down')}</summary>
<ul class="menu-list nav">
<li><a href="${accountPath}">${icon('person')}${say('title')}</a></li>
${!mustVerify && html`<li><a href="${profilePath}#language">${icon('globe')}${say('language_theme')}</a></li>\n`}<li><a href="${signOutPath}">${icon('leave')}${say('sign_out')}</a></li>
</ul>
</details>
</header>`
}

function wayBack(reader: Reader, { parent }: AccountPage): Html {
  if (parent === undefined)
    return html`<a class="back phone-only" href="${accountPath}">${icon('back')}${reader.view.language.sentences('account')('title')}</a>\n`
  const path = panes.find(({ name }) => name === parent)?.path ?? accountPath
  return html`<a class="back" href="${path}">${icon('back')}${paneTitle(reader, parent)}</a>\n`
}

function heading({ title, intro }: AccountPage): Html {
  return html`<h1>${title}</h1>\n${intro !== undefined && html`<p class="intro">${intro}</p>\n`}`
}
