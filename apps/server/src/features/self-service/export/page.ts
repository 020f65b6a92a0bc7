import { hash } from 'node:crypto'
import { type Html, html, styleElement } from '../../../platform/html/html.ts'
import { streamedPage } from '../../../platform/html/page.ts'
import { timeElement } from '../../../platform/html/parts.ts'
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
    const name = label(section.name)
    yield html`<h2>${name}</h2>`
    if ('value' in section) yield html`<div>${cell(section.value)}</div>`
    else yield* tableOf(name, section.pages())
  }
}

// The box scrolls if the table is wider than the page, and takes the focus for that (WCAG 2.1.1).
async function* tableOf(name: string, pages: AsyncIterable<readonly object[]>): AsyncGenerator<Html> {
  let isFirst = true
  for await (const page of pages) {
    const names = Object.keys(page[0] ?? {}).map((each) => html`<th scope="col">${label(each)}</th>`)
    if (isFirst)
      yield html`<div class="scroll" tabindex="0" role="group" aria-label="${name}">\n<table>\n<tr>${names}</tr>`
    isFirst = false
    yield html`${page.map((each) => html`<tr>${Object.values(each).map((value) => html`<td>${cell(value)}</td>`)}</tr>\n`)}`
  }
  yield isFirst ? html`<p>None.</p>` : html`</table>\n</div>`
}

function cell(value: unknown): Html {
  if (value === null || value === undefined) return html`–`
  if (typeof value === 'boolean') return html`${value ? 'yes' : 'no'}`
  if (Array.isArray(value)) return listOf(value)
  if (typeof value === 'string') return isTime(value) ? timeElement(new Date(value)) : html`${value}`
  if (typeof value !== 'object') return html`${JSON.stringify(value)}`
  const entries = Object.entries(value).map(
    ([name, each]) => html`<dt>${label(name)}</dt>\n<dd>${cell(each)}</dd>\n`,
  )
  return html`<dl class="facts">\n${entries}</dl>`
}

function listOf(values: readonly unknown[]): Html {
  if (values.length === 0) return html`none`
  return html`${values.map((each, index) => html`${index > 0 && ', '}${cell(each)}`)}`
}

/** True for times as the API writes them. */
function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)
}

/** Labels for fields whose names mean little to people. */
const labels: Readonly<Record<string, string>> = {
  id: 'Id',
  amr: 'Ways of signing in',
  acr: 'Level of assurance',
  auth_time: 'Identity proved',
  at: 'Time',
  address: 'Address',
  ip_address: 'Network address',
  user_agent: 'Browser, as it describes itself',
  current: 'This session',
  since: 'Set',
}

function label(name: string): string {
  const words = name.replace(/_at$/, '').replaceAll('_', ' ')
  return labels[name] ?? words.charAt(0).toUpperCase() + words.slice(1)
}
