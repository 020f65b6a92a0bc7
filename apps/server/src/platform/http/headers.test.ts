import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../tests/support/engines.ts'
import type { Answer } from '../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'

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
    script: await client.get('/docs/static/swagger-ui.css'),
    noScript: await client.get('/docs/static/nothing.js'),
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

  it('every answer bears the security headers, refusals too', () => {
    for (const [kind, { headers }] of answers)
      for (const [name, value] of Object.entries(expected))
        expect(headers.get(name), `${kind} ${name}`).toBe(value)
  })

  it('A63: no answer may be framed, and none may run what is not a file of this server', () => {
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

  it('no answer tells what the server is made of', () => {
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
