import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../tests/support/engines.ts'
import { rawRequest } from '../../../tests/support/raw-request.ts'
import type { Answer } from '../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'

const named = 'https://good.com'
const strangers = [
  'null',
  'https://good.com.evil',
  'https://evilgood.com',
  'http://good.com',
  'https://good.com:444',
  'https://sub.good.com',
  'https://GOOD.com',
  'https://good.com, https://evil.com',
  '*',
  'https://good.com/',
]

function call(server: TestServer, origin: string, path = '/v1/me'): Promise<Answer> {
  return server.client.get(path, { headers: { origin, cookie: '__Host-proxima=x' } })
}

function preflight(server: TestServer, origin: string): Promise<Answer> {
  const headers = {
    origin,
    'access-control-request-method': 'PATCH',
    'access-control-request-headers': 'authorization,content-type',
  }
  return server.client.send('OPTIONS', '/v1/me', undefined, { headers })
}

const allowOrigin = 'access-control-allow-origin'

describe('a script of another origin', () => {
  let closed: TestServer
  let open: TestServer
  beforeAll(async () => {
    closed = await startTestServer(sqlite)
    open = await startTestServer(sqlite, {
      env: { PROXIMA_CORS_ORIGINS: `${named},https://app.example.org` },
    })
  })
  afterAll(async () => {
    await closed?.close()
    await open?.close()
  })

  it('A62: reads nothing if no origin is configured', async () => {
    for (const origin of [named, ...strangers]) {
      for (const answer of [await call(closed, origin), await preflight(closed, origin)])
        for (const name of answer.headers.keys()) expect(name).not.toMatch(/^access-control-/)
    }
    expect((await preflight(closed, named)).status).toBe(405)
  })

  it.each(strangers)('A62: reads nothing from the origin %s if others are configured', async (origin) => {
    for (const answer of [
      await call(open, origin),
      await call(open, origin, '/nothing'),
      await preflight(open, origin),
    ]) {
      expect(answer.headers.get(allowOrigin)).toBeNull()
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    }
  })

  it('may send a preflight, if its origin is configured, and gets the allowed methods and headers', async () => {
    const { status, headers, text } = await preflight(open, named)
    expect([status, text]).toEqual([204, ''])
    expect(headers.get(allowOrigin)).toBe(named)
    expect(headers.get('access-control-allow-methods')).toContain('PATCH')
    expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type')
    expect(headers.get('access-control-max-age')).toBe('600')
    expect(headers.get('vary')).toContain('Origin')
  })

  it('reads answers and refusals, if its origin is configured, and the headers that go with them', async () => {
    for (const path of ['/healthz', '/v1/me', '/nothing']) {
      const { headers } = await call(open, named, path)
      expect(headers.get(allowOrigin), path).toBe(named)
      for (const name of ['x-request-id', 'etag'])
        expect(headers.get('access-control-expose-headers'), path).toContain(name)
      expect(headers.get('vary'), path).toContain('Origin')
    }
    expect((await call(open, 'https://app.example.org')).headers.get(allowOrigin)).toBe(
      'https://app.example.org',
    )
  })

  it.each(['/.well-known/jwks.json', '/openapi.json', '/docs', '/docs/problems', '/docs/problems/not_found'])(
    'reads the public document %s, from every origin',
    async (path) => {
      for (const server of [open, closed])
        for (const origin of [named, ...strangers]) {
          const { status, headers } = await call(server, origin, path)
          expect([status, headers.get(allowOrigin)]).toEqual([200, '*'])
          expect(headers.get('access-control-allow-credentials')).toBeNull()
        }
    },
  )

  it('reads refusals that no route makes, if its origin is configured, and no other does', async () => {
    const sent = { method: 'POST', path: '/v1/auth/login', body: ' '.repeat(70_000) }
    for (const { method, path, body } of [sent, { ...sent, path: '/v1/%zz' }, { ...sent, method: 'TRACE' }]) {
      for (const [origin, allowed] of [
        [named, named],
        ['https://evil.com', null],
      ] as const) {
        const options = { method, headers: [['origin', origin]] as const, body }
        const { status, headers } = await rawRequest(open.url, path, options)
        const read = new Headers(headers.map(([name, value]): [string, string] => [name, value]))
        expect(status).toBeGreaterThanOrEqual(400)
        expect(read.get(allowOrigin), `${method} ${path}`).toBe(allowed)
        expect(read.get('vary'), `${method} ${path}`).toContain('Origin')
      }
    }
  })

  it('never lets the browser send stored credentials: no origin is allowed to use them', async () => {
    for (const answer of [await call(open, named), await preflight(open, named)])
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('changes nothing for other callers', async () => {
    expect((await open.client.get('/nothing')).status).toBe(404)
    expect((await open.client.send('PUT', '/v1/me')).status).toBe(405)
    expect((await open.client.get('/v1/me')).status).toBe(401)
  })
})
