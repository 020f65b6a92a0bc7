import { hash } from 'node:crypto'
import { escapeHtml } from '../../../platform/kernel/html.ts'
import type { Section } from './model.ts'

const utf8 = new TextEncoder()

const style = `
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { border: 1px solid #767676; padding: .25rem .5rem; text-align: left; vertical-align: top; }
`
// Opened from a disk it has no header to protect it: nothing is loaded, and no script runs (ASVS 3.4.3).
const policy = `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; base-uri 'none'; form-action 'none'`

export interface PageOptions {
  readonly title: string
  /** Names of the files beside it. */
  readonly files: readonly string[]
}

/** The sections for people to read. Whatever stands in them is text and never markup (I14). */
export async function* pageOf(
  sections: readonly Section[],
  { title, files }: PageOptions,
): AsyncGenerator<Uint8Array> {
  yield utf8.encode(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
<h1>${escapeHtml(title)}</h1>
<p>The same stands in the files beside this page, for programs to read:</p>
<ul>${files.map((name) => `<li><a href="${escapeHtml(name)}">${escapeHtml(name)}</a></li>`).join('')}</ul>
`)
  for (const section of sections) {
    yield utf8.encode(`<h2>${escapeHtml(heading(section.name))}</h2>\n`)
    if ('value' in section) yield utf8.encode(`${cell(section.value)}\n`)
    else yield* tableOf(section.pages())
  }
  yield utf8.encode('</html>\n')
}

async function* tableOf(pages: AsyncIterable<readonly object[]>): AsyncGenerator<Uint8Array> {
  let isFirst = true
  for await (const page of pages) {
    if (isFirst) yield utf8.encode(`<table>\n${row('th', Object.keys(page[0] ?? {}).map(heading))}`)
    isFirst = false
    yield utf8.encode(page.map((each) => row('td', Object.values(each))).join(''))
  }
  yield utf8.encode(isFirst ? '<p>Nothing.</p>\n' : '</table>\n')
}

function row(tag: 'td' | 'th', values: readonly unknown[]): string {
  return `<tr>${values.map((value) => `<${tag}>${cell(value)}</${tag}>`).join('')}</tr>\n`
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (Array.isArray(value)) return value.map(cell).join(', ')
  if (typeof value !== 'object') return escapeHtml(`${value as string | number | boolean}`)
  const rows = Object.entries(value).map(
    ([name, each]) => `<tr><th>${escapeHtml(heading(name))}</th><td>${cell(each)}</td></tr>\n`,
  )
  return `<table>\n${rows.join('')}</table>`
}

function heading(name: string): string {
  return name.replaceAll('_', ' ')
}
