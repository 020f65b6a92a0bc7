import { describe, expect, it } from 'vitest'
import { html, type Insertion, styleElement } from './html.ts'
import { page, streamedPage } from './page.ts'

const attack = `<script>alert('x')</script>&"`
const shown = '&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;'

describe('the template of pages and mails', () => {
  it('A122: shows inserted markup as text, wherever it is inserted', () => {
    expect(`${html`<p title="${attack}">${attack}${[attack, [attack]]}</p>`}`).toBe(
      `<p title="${shown}">${shown}${shown}${shown}</p>`,
    )
  })

  it('A122: does not accept an object as markup that only claims to be escaped', () => {
    const forged = JSON.parse(`{"isEscaped": true, "length": 8, "0": "<script>"}`) as Insertion
    expect(`${html`<p>${forged}</p>`}`).not.toContain('<script')
  })

  it('inserts its own markup unchanged, and leaves out missing values', () => {
    const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`)
    expect(`${html`<ul>${items}${null}${undefined}${false}${0}</ul>`}`).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li>0</ul>',
    )
  })

  it('refuses a stylesheet that ends its element', () => {
    expect(() => styleElement('</style><script>')).toThrow('end tag')
  })
})

describe('a page', () => {
  it('names its language and its title, and fits a small screen', () => {
    const text = page({ title: attack, locale: 'en', body: html`<h1>Hello</h1>` })
    expect(text).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(text).toContain(`<title>${shown}</title>`)
    expect(text).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">')
    expect(text).toMatch(/<main>\n<h1>Hello<\/h1>\n<\/main>\n<\/body>\n<\/html>\n$/)
  })

  it('is the same when its body comes piece by piece', async () => {
    async function* body() {
      yield html`<p>${attack}</p>`
      yield html`<p>b</p>`
    }
    let pieces = ''
    for await (const piece of streamedPage({ title: 'Both', locale: 'en' }, body())) pieces += piece
    const whole = page({ title: 'Both', locale: 'en', body: html`<p>${attack}</p>\n<p>b</p>` })
    expect(pieces).toBe(whole)
  })
})
