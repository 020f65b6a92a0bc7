import { hash } from 'node:crypto'
import { type Html, html, styleElement } from '../../../platform/html/html.ts'
import { streamedPage } from '../../../platform/html/page.ts'
import { css } from '../../../platform/html/style.ts'
import type { Section } from './model.ts'

const utf8 = new TextEncoder()

// A page that is opened from a disk has no HTTP headers, so it contains the policy itself: it loads nothing and runs no
// script (ASVS 3.4.3).
const policy = `default-src 'none'; style-src 'sha256-${hash('sha256', css, 'base64')}'; base-uri 'none'; form-action 'none'`
const head = html`<meta http-equiv="content-security-policy" content="${policy}">\n${styleElement(css)}`

export interface PageOptions {
  readonly title: string
  /** The names of the other files in the archive. */
  readonly files: readonly string[]
}

/** Streams the sections as an HTML page for people. Every value is inserted as text, never as markup (I14). */
export async function* pageOf(
  sections: readonly Section[],
  options: PageOptions,
): AsyncGenerator<Uint8Array> {
  const frame = { title: options.title, locale: 'en', head } as const
  for await (const piece of streamedPage(frame, bodyOf(sections, options))) yield utf8.encode(piece)
}

async function* bodyOf(sections: readonly Section[], { title, files }: PageOptions): AsyncGenerator<Html> {
  yield html`<h1>${title}</h1>
<p>The other files in this archive contain the same data for programs:</p>
<ul>${files.map((name) => html`<li><a href="${name}">${name}</a></li>`)}</ul>`
  for (const section of sections) {
    yield html`<h2>${heading(section.name)}</h2>`
    if ('value' in section) yield cell(section.value)
    else yield* tableOf(section.pages())
  }
}

async function* tableOf(pages: AsyncIterable<readonly object[]>): AsyncGenerator<Html> {
  let isFirst = true
  for await (const page of pages) {
    const names = Object.keys(page[0] ?? {}).map((name) => html`<th>${heading(name)}</th>`)
    if (isFirst) yield html`<table>\n<tr>${names}</tr>`
    isFirst = false
    yield html`${page.map((each) => html`<tr>${Object.values(each).map((value) => html`<td>${cell(value)}</td>`)}</tr>\n`)}`
  }
  yield isFirst ? html`<p>None.</p>` : html`</table>`
}

function cell(value: unknown): Html {
  if (value === null || value === undefined) return html`–`
  if (Array.isArray(value))
    return html`${value.map((each, index) => html`${index === 0 ? '' : ', '}${cell(each)}`)}`
  if (typeof value === 'string') return html`${value}`
  if (typeof value !== 'object') return html`${JSON.stringify(value)}`
  const rows = Object.entries(value).map(
    ([name, each]) => html`<tr><th>${heading(name)}</th><td>${cell(each)}</td></tr>\n`,
  )
  return html`<table>\n${rows}</table>`
}

function heading(name: string): string {
  return name.replaceAll('_', ' ')
}
