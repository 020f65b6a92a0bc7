import { describe, expect, it } from 'vitest'
import { html } from './html.ts'
import { personPage } from './person-page.ts'

describe('a page for users', () => {
  const text = personPage({
    title: 'Confirm',
    serviceName: '<b>Duka</b>',
    body: html`<h1>Is this yours?</h1>`,
  })

  it('names the service, and shows its one task in a card', () => {
    expect(text).toContain('<header class="brand">&lt;b&gt;Duka&lt;/b&gt;</header>')
    expect(text).toMatch(/<div class="card">\n<h1>Is this yours\?<\/h1>\n<\/div>/)
  })

  it('has no links to the pages for developers', () => {
    expect(text).not.toContain('<a ')
  })
})
