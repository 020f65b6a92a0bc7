import { expect, it } from 'vitest'
import { problemPage } from './problem-page.ts'

it('A122: the page of a problem shows markup in its words as text', () => {
  const attack = '<script>alert("x")</script>'
  const text = problemPage({ code: 'not_found', kind: 'not_found', title: attack, advice: attack })
  expect(text).not.toContain('<script')
  expect(text.split('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;')).toHaveLength(4)
  expect(text).toContain('<html lang="en">')
  expect(text).toContain('name="viewport"')
})
