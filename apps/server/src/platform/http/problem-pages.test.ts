import { expect, it } from 'vitest'
import { problemPage } from './problem-pages.ts'

it('A122: the page of a problem shows markup in its words as text', () => {
  const attack = '<script>alert("x")</script>'
  const problem = {
    code: 'not_found',
    kind: 'not_found',
    title: attack,
    advice: attack,
    cause: attack,
  } as const
  const call = { method: 'GET', path: attack, operationId: 'getMe' }
  const text = problemPage({ problem, calls: [call] }, { serviceName: attack, publicUrl: 'http://127.0.0.1' })
  expect(text).not.toContain('<script')
  expect(text).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;')
  expect(text).toContain('<html lang="en">')
  expect(text).toContain('name="viewport"')
})
