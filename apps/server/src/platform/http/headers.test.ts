import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../tests/support/engines.ts'
import { FrozenClock } from '../../../tests/support/frozen-clock.ts'
import { type Route, withRoutes } from '../../../tests/support/routes.ts'
import type { Answer } from '../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'
import { Failure } from '../kernel/failures.ts'
import { notFound } from '../kernel/problems.ts'
import { createApp } from './create-app.ts'

/** One of each kind: a success, refusals before and after routing, the framework's own, pages and files. */
async function answersOfAllKinds({ client }: TestServer): Promise<Record<string, Answer>> {
  return {
    success: await client.get('/healthz'),
    created: await client.register({ username: `u${Date.now()}` }),
    malformed: await client.send('POST', '/v1/auth/login', '{'),
    unauthenticated: await client.get('/v1/me'),
    nowhere: await client.get('/nothing'),
    undecodable: await client.get('/%zz'),
    tooLong: await client.get(`/docs/problems/${'a'.repeat(500)}`),
    wrongMethod: await client.send('DELETE', '/v1/me'),
    options: await client.send('OPTIONS', '/v1/me'),
    tooLarge: await client.send('POST', '/v1/auth/login', ' '.repeat(70_000)),
    wrongType: await client.send('POST', '/v1/auth/login', '{}', {
      headers: { 'content-type': 'text/plain' },
    }),
    invalid: await client.login({}),
    head: await client.send('HEAD', '/healthz'),
    document: await client.get('/openapi.json'),
    problemPage: await client.get('/docs/problems/not_found'),
    reference: await client.get('/docs'),
    home: await client.get('/', { headers: { accept: 'text/html' } }),
    problems: await client.get('/docs/problems'),
    script: await client.get('/docs/reference.js'),
    noScript: await client.get('/docs/nothing.js'),
    securityText: await client.get('/.well-known/security.txt'),
  }
}

const expected = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

describe.each([
  ['http', {}],
  ['https', { PROXIMA_PUBLIC_URL: 'https://accounts.example.org' }],
])('with an %s public URL', (scheme, env) => {
  let server: TestServer
  let answers: [string, Answer][]
  beforeAll(async () => {
    server = await startTestServer(sqlite, { env })
    answers = Object.entries(await answersOfAllKinds(server))
  })
  afterAll(async () => await server?.close())

  it('every answer has the security headers, including refusals', () => {
    for (const [kind, { headers }] of answers)
      for (const [name, value] of Object.entries(expected))
        expect(headers.get(name), `${kind} ${name}`).toBe(value)
  })

  it('A63: no answer may be framed, and none may run anything but files of this server', () => {
    for (const [kind, { headers }] of answers) {
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy, kind).toContain("frame-ancestors 'none'")
      expect(policy, kind).toContain("default-src 'none'")
      expect(policy, kind).not.toContain('unsafe')
    }
  })

  it(`promises ${scheme === 'https' ? 'https for two years' : 'nothing about https'}`, () => {
    for (const [kind, { headers }] of answers)
      expect(headers.get('strict-transport-security'), kind).toBe(
        scheme === 'https' ? 'max-age=63072000' : null,
      )
  })

  it('no answer reveals the software of the server', () => {
    for (const [kind, { headers }] of answers)
      for (const name of ['server', 'x-powered-by']) expect(headers.get(name), `${kind} ${name}`).toBeNull()
  })

  it('every answer has a request id of its own', () => {
    const ids = answers.map(([, { headers }]) => headers.get('x-request-id'))
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('the request id is never the one that a caller sends', async () => {
    const forged = '01a1fc00-0000-7000-8000-000000000000'
    const headers = {
      'x-request-id': forged,
      'request-id': forged,
      'x-correlation-id': forged,
      traceparent: `00-${forged.replaceAll('-', '')}-00f067aa0ba902b7-01`,
    }
    for (const path of ['/healthz', '/v1/me', '/nothing', '/%zz']) {
      const answer = await server.client.get(path, { headers })
      expect(answer.headers.get('x-request-id'), path).not.toBe(forged)
      expect(answer.text).not.toContain(forged)
    }
    expect(server.log.join('')).not.toContain(forged)
  })

  it('A64: nothing under /v1 is kept by a cache, nor is a refusal', async () => {
    const token = (await server.client.signUp('amina')).token
    const kept = await Promise.all([
      server.client.me(token),
      server.client.get('/v1/auth/availability?username=baraka'),
      server.client.get('/v1/me/x.css', { token }),
      server.client.get('/nothing.css', { token }),
    ])
    expect(kept.map(({ status }) => status)).toEqual([200, 200, 404, 404])
    for (const { headers } of kept) expect(headers.get('cache-control')).toBe('no-store')
  })
})

describe('a route', () => {
  const strict = ['no-store', "default-src 'none'; frame-ancestors 'none'"]
  const policiesOf = ({ headers }: Answer) =>
    ['cache-control', 'content-security-policy'].map((name) => headers.get(name))

  it('A64: that declares no policy is cached nowhere and loads nothing, at any path', async () => {
    const { server, routes } = await withRoutes(() => startTestServer(sqlite))
    const silent = routes.filter(({ config }) => !config.cache && !config.contentSecurityPolicy)
    expect(silent.length).toBeGreaterThan(20)
    const { token } = await server.client.signUp('amina')
    // The picture route sets stricter policies itself, for each answer.
    for (const route of silent.filter(({ path }) => path !== '/v1/me/profile/image'))
      expect(policiesOf(await call(server, route, token)), `${route.method} ${route.path}`).toEqual(strict)
    await server.close()
  })

  it('that may be cached declares it, and its refusals are not cached', async () => {
    const { server, routes } = await withRoutes(() => startTestServer(sqlite))
    const cached = routes.filter(({ config, method }) => config.cache && method === 'GET')
    expect(cached.map(({ path }) => path).toSorted()).toEqual([
      '/',
      '/.well-known/jwks.json',
      '/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration',
      '/console/assets/:name',
      '/docs',
      '/docs/problems',
      '/docs/problems/:code',
      '/docs/reference.css',
      '/docs/reference.js',
      '/openapi.json',
      '/pages.css',
      '/v1/pictures/:token/:file',
    ])
    for (const route of cached) {
      const answer = await call(server, route)
      const expected =
        answer.status < 400 ? `public, max-age=${route.config.cache?.maxAgeSeconds}` : 'no-store'
      expect(answer.headers.get('cache-control'), route.path).toBe(expected)
    }
    await server.close()
  })

  it('A64: outside /v1 is as strict as one within, and its refusals too', async () => {
    const app = await createApp(planted, async (routes) => {
      routes.post('/oauth/token', { config: { access: 'public' } }, async () => ({ access_token: 'x' }))
      const cache = { maxAgeSeconds: 60 }
      const contentSecurityPolicy = "default-src 'none'; style-src 'self'"
      routes.get('/page', { config: { access: 'public', cache, contentSecurityPolicy } }, async (request) => {
        if (request.headers['x-fail'] === undefined) return 'page'
        throw new Failure(notFound)
      })
    })
    const policies = async (method: 'GET' | 'POST', url: string, headers = {}) => {
      const answer = await app.inject({ method, url, headers })
      return [answer.headers['cache-control'], answer.headers['content-security-policy']]
    }
    expect(await policies('POST', '/oauth/token')).toEqual(strict)
    expect(await policies('GET', '/oauth/token')).toEqual(strict)
    expect(await policies('GET', '/oauth/nothing')).toEqual(strict)
    expect(await policies('GET', '/page')).toEqual([
      'public, max-age=60',
      "default-src 'none'; style-src 'self'",
    ])
    expect(await policies('GET', '/page', { 'x-fail': '1' })).toEqual(strict)
    await app.close()
  })

  /** Reads as the caller whom the token names, and changes nothing. */
  async function call({ client }: TestServer, { method, path }: Route, token?: string): Promise<Answer> {
    const caller = method === 'GET' && token !== undefined ? { token } : {}
    const address = path.replaceAll(/:\w+/g, 'not_found').replaceAll('*', 'index.css')
    return await client.send(method, address, undefined, caller)
  }
})

const planted = {
  logger: pino({ level: 'silent' }),
  authenticate: async () => await Promise.reject(new Error('no one')),
  mustVerify: () => false,
  authenticateEnrolment: async () => {
    throw new Error('no caller')
  },
  permits: () => false,
  isFresh: () => true,
  limiter: {
    take: async () => ({ isExceeded: false, remaining: 1, resetSeconds: 1 }),
    refund: async () => undefined,
  },
  networkLimitFactor: 1,
  metricsToken: null,
  webhookSecret: null,
  clock: new FrozenClock(),
  tracing: null,
  publicUrl: () => 'http://127.0.0.1',
  isHttps: false,
  serviceName: 'Test',
  version: '0',
  bodySizeMaxBytes: 1_024,
  trustedProxies: [],
  corsOrigins: [],
}
