import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../tests/support/engines.ts'
import { openApiCheckOf } from '../../../tests/support/openapi-check.ts'
import { codesOf, operationsOf } from '../../../tests/support/openapi-document.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'

const asPerson = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } }

describe('the pages of the server', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite, { env: { PROXIMA_SERVICE_NAME: '<b>Duka</b>' } })
  })
  afterAll(async () => await server?.close())

  it('answer a person at / with links that lead somewhere', async () => {
    const { status, text, headers } = await server.client.get('/', asPerson)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('vary')).toBe('accept')
    const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, link = '']) => link)
    expect(links).toEqual(
      expect.arrayContaining(['/sign-in', '/docs', '/openapi.json', '/docs/problems', '/outbox']),
    )
    // Not with the client of the API, because the document has no pages of users.
    for (const link of links)
      expect((await fetch(new URL(link, server.url), asPerson)).status, link).toBe(200)
  })

  it('do not lead to the outbox in production, where there is none', async () => {
    const other = await startTestServer(sqlite, {
      env: {
        PROXIMA_ENV: 'production',
        PROXIMA_SECRET: 'q7Zt0vJm2xLr9Kc4Wn8Bs6Yd1Hf3Pg5T',
        PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
        PROXIMA_LIMITS: 'on',
      },
    })
    const [page, list] = [await other.client.get('/', asPerson), await other.client.get('/')]
    await other.close()
    expect(page.text).not.toContain('outbox')
    expect(list.body.links).not.toHaveProperty('outbox')
  })

  it('A122: show the name of the service as text', async () => {
    for (const path of ['/', '/docs', '/docs/problems', '/docs/problems/not_found', '/outbox']) {
      const { text } = await server.client.get(path, asPerson)
      expect(text, path).toContain('&lt;b&gt;Duka&lt;/b&gt;')
      expect(text, path).not.toContain('<b>')
      expect(text, path).not.toMatch(/ style=| on\w+=|<script>|<style>/)
    }
  })

  it('name guides that exist', async () => {
    const { text } = await server.client.get('/', asPerson)
    const guides = [...text.matchAll(/<code>([\w-]+\.md)<\/code>/g)].map(([, name = '']) => name)
    expect(guides.length).toBeGreaterThan(5)
    for (const name of guides) {
      const path = new URL(`../../../../../docs/guides/${name}`, import.meta.url)
      expect(existsSync(path), name).toBe(true)
    }
  })

  it('answer a program at / with JSON', async () => {
    for (const headers of [{}, { accept: '*/*' }, { accept: 'application/json' }]) {
      const { status, body } = await server.client.get('/', { headers })
      expect(status).toBe(200)
      expect(body).toMatchObject({ name: '<b>Duka</b> accounts', links: { openapi: '/openapi.json' } })
    }
  })

  it('explain every problem: why, what to do, an answer, and the calls that return it', async () => {
    const { document } = await openApiCheckOf(server.url)
    const operations = operationsOf(document)
    const index = (await server.client.get('/docs/problems', asPerson)).text
    const codes = new Set(operations.flatMap(({ responses }) => Object.values(responses).flatMap(codesOf)))
    for (const code of [...codes, 'not_found', 'method_not_allowed']) {
      const { text } = await server.client.get(`/docs/problems/${code}`, asPerson)
      expect(index, code).toContain(`href="/docs/problems/${code}"`)
      const part = (heading: string) => text.split(`<h2>${heading}</h2>`)[1]?.split('<h2>')[0] ?? ''
      expect(part('Why it happens').length, code).toBeGreaterThan(30)
      expect(part('Why it happens'), code).not.toBe(part('What to do'))
      expect(part('The answer'), code).toContain(`/docs/problems/${code}&quot;`)
      const calls = [...part('Calls that answer with it').matchAll(/href="\/docs#(\w+)"/g)].map(
        ([, id = '']) => id,
      )
      const expected = operations.filter(({ responses }) =>
        Object.values(responses).flatMap(codesOf).includes(code),
      )
      expect(calls.toSorted(), code).toEqual(expected.map(({ operationId }) => operationId).toSorted())
    }
  })

  it('say 404 on a page for an unknown code, and with a problem to programs', async () => {
    const page = await server.client.send('GET', '/docs/problems/no_such_code')
    expect(page.body.code).toBe('not_found')
    const answer = await fetch(`${server.url}/docs/problems/no_such_code`, asPerson)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.text()).toContain('href="/docs/problems"')
  })

  it('describe every call and every type in the reference', async () => {
    const { document } = await openApiCheckOf(server.url)
    const { text } = await server.client.get('/docs', asPerson)
    const anchors = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id))
    for (const { operationId } of operationsOf(document)) expect(anchors).toContain(operationId)
    for (const name of Object.keys(document.components.schemas)) expect(anchors).toContain(`type-${name}`)
    for (const [, anchor] of text.matchAll(/href="#([^"]+)"/g)) expect(anchors).toContain(anchor)
  })
})
