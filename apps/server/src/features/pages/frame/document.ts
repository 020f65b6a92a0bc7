import { type Html, html, type Insertion } from '../../../platform/html/html.ts'
import { assetPath } from './assets.ts'
import { icon } from './icons.ts'
import type { PageView } from './view.ts'

export interface Document {
  /** Without the name of the service. */
  readonly title: string
  /** True if the page reports an error, which its title then says first (WCAG 2.4.2). */
  readonly hasError?: boolean
  /** The script that improves this page, such as `sign-in.js`. Every page works without it. */
  readonly script?: string
  /** An address to which the browser goes at once, also without script. */
  readonly refreshTo?: string
  /** The classes of the body: the kind of shell. */
  readonly shell: string
  readonly body: Html
}

/** The frame of every hosted page. */
export function document(
  view: PageView,
  { title, hasError = false, script = 'page.js', refreshTo, shell, body }: Document,
): string {
  const { appearance, assets, language, theme } = view
  const say = language.sentences('page')
  const shown = hasError ? say('error_title', { title }) : title
  return `${html`<!doctype html>
<html lang="${language.tag}" dir="${language.direction}"${themeAttribute(theme)}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${refreshTo !== undefined && html`<meta http-equiv="refresh" content="0;url=${refreshTo}">\n`}<title>${shown} · ${appearance.serviceName}</title>
<link rel="icon" href="${appearance.logoUrl ?? 'data:,'}">
<link rel="stylesheet" href="${assetPath(assets, 'pages.css')}">
<script type="module" src="${assetPath(assets, script)}"></script>
</head>
<body class="${shell}">
<a class="skip" href="#main">${say('skip')}</a>
${body}
</body>
</html>
`}`
}

function themeAttribute(theme: PageView['theme']): Insertion {
  return theme !== null && html` data-theme="${theme}"`
}

/** The logo and the name of the service. */
export function logo({ appearance: { serviceName, logoUrl } }: PageView): Html {
  return html`<a class="logo" href="/">${
    logoUrl !== null && html`<img src="${logoUrl}" alt="" height="28">`
  }${serviceName}</a>`
}

/** The switch of languages, and the links of the operator. */
export function footer(view: PageView): Html {
  const { appearance, language } = view
  const say = language.sentences('page')
  return html`<footer class="foot">
${languageMenu(view)}
${link(appearance.helpUrl, say('help'))}${link(appearance.termsUrl, say('terms'))}${link(appearance.privacyUrl, say('privacy'))}</footer>`
}

function languageMenu({ language, languages, address }: PageView): Html {
  const say = language.sentences('page')
  return html`<details class="menu menu-up">
<summary>${icon('globe')}<span class="sr">${say('language')} </span><span lang="${language.tag}">${language.name}</span></summary>
<ul class="menu-list nav">
${languages.map(
  (each) =>
    html`<li><a href="${withLanguage(address, each.tag)}" lang="${each.tag}" hreflang="${each.tag}"${each.tag === language.tag && html` aria-current="true"`}>${each.name}</a></li>
`,
)}</ul>
</details>`
}

/** Without the path: one that begins with two slashes would name another host (A106). */
function withLanguage(address: string, tag: string): string {
  const parameters = new URLSearchParams(address.split('?', 2)[1] ?? '')
  parameters.set('lang', tag)
  return `?${parameters.toString()}`
}

function link(url: string | null, text: string): Insertion {
  return url !== null && html`<a href="${url}">${text}</a>\n`
}
