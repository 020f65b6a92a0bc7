import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newApiKey } from '../../../../tests/support/api-keys.ts'
import { engines, sqlite } from '../../../../tests/support/engines.ts'
import { newClient, tokenOf } from '../../../../tests/support/oauth.ts'
import { loginWith, newPerson, type Person } from '../../../../tests/support/people.ts'
import { rawRequest } from '../../../../tests/support/raw-request.ts'
import { sendRaw } from '../../../../tests/support/raw-socket.ts'
import { newAdministrator, personWith } from '../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { verifyAddresses } from '../../../../tests/support/verified-addresses.ts'

const path = '/v1/forward-auth'
const publicUrl = 'https://accounts.example.org'
const env = {
  PROXIMA_LIMITS: 'on',
  PROXIMA_PUBLIC_URL: publicUrl,
  PROXIMA_TRUSTED_PROXIES: '127.0.0.1',
  PROXIMA_RETURN_ORIGINS: 'https://accounts.example.org:8443',
}

/** What a proxy reports about a request to a service. */
const asked = {
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-method': 'GET',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'accounts.example.org:8443',
  'x-forwarded-uri': '/reports?year=2026',
}

function identityIn({ headers }: Answer): Record<string, string | null> {
  const names = ['remote-user', 'remote-email', 'remote-name', 'remote-groups']
  return Object.fromEntries(names.map((name) => [name, headers.get(name)]))
}

const cookieOf = (code: string) => ({ cookie: `__Host-proxima=${code}` })

describe.each(engines)('forward-auth on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let admin: Person
  beforeAll(async () => {
    server = await startTestServer(engine, { env })
    services = openServices(server)
    admin = await newAdministrator(server.client, services)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const ask = (token: string, query = '') => server.client.get(path + query, { token, headers: asked })

  it('says who the caller is, with each credential that opens GET /v1/me', async () => {
    const named = { username: 'fatuma', full_name: 'فاطمة الزهراء', email: 'fatuma@example.com' }
    const person = await newPerson(server.client, named)
    const { session_code: code } = await loginWith(server.client, person.secret, 'code')
    const identity = {
      'remote-user': person.id,
      'remote-email': '',
      'remote-name': encodeURIComponent('فاطمة').concat(' ', encodeURIComponent('الزهراء')),
      'remote-groups': 'user',
    }
    for (const token of [person.token, code]) {
      const answer = await ask(token)
      expect([answer.status, answer.text, answer.headers.get('cache-control')]).toEqual([204, '', 'no-store'])
      expect(identityIn(answer)).toEqual(identity)
    }
    const byCookie = await server.client.get(path, { headers: { ...asked, ...cookieOf(code) } })
    expect(identityIn(byCookie)).toEqual(identity)
    const { key } = await newApiKey(server.client, person.token)
    expect(identityIn(await ask(key))).toEqual({ ...identity, 'remote-groups': '' })

    await verifyAddresses(services.db)
    expect(identityIn(await ask(code))['remote-email']).toBe('fatuma@example.com')
  })

  it('knows nothing of an account but its username and id, if there is no more', async () => {
    const person = await newPerson(server.client, 'baraka')
    expect(identityIn(await ask(person.token))).toEqual({
      'remote-user': person.id,
      'remote-email': '',
      'remote-name': 'baraka',
      'remote-groups': 'user',
    })
  })

  it('A56, I2: refuses a session that has ended, and an account that is suspended, at once', async () => {
    const person = await newPerson(server.client)
    const { session_code: code } = await loginWith(server.client, person.secret, 'code')
    await server.client.send('POST', '/v1/auth/logout', undefined, { token: code })
    expect((await ask(code)).status).toBe(401)
    expect((await ask(person.token)).status).toBe(204)
    const suspended = await server.client.post(
      `/v1/users/${person.id}/suspension`,
      {},
      { token: admin.token },
    )
    expect(suspended.status, suspended.text).toBeLessThan(300)
    expect((await ask(person.token)).status).toBe(401)
  })

  it('A77: asks for a permission and a role as they are now', async () => {
    const person = await personWith(server.client, services, ['reports:read'])
    const groups = ['user', person.role].sort().join(',')
    const both = await ask(person.token, `?permission=reports:read&role=${person.role}`)
    expect([both.status, identityIn(both)['remote-groups']]).toEqual([204, groups])
    for (const query of [
      '?permission=reports:write',
      '?role=admin',
      `?role=${person.role}&permission=reports:write`,
    ]) {
      const { status, body } = await ask(person.token, query)
      expect([status, body.code], query).toEqual([403, 'forbidden'])
    }
    await services.roleAssignment.remove(person.id, person.role)
    expect((await ask(person.token, '?permission=reports:read')).status).toBe(403)
    expect((await ask(person.token, `?role=${person.role}`)).status).toBe(403)
    expect((await ask(person.token)).status).toBe(204)
  })

  it('I6: lets no API key and no token of a client use the roles of its account', async () => {
    const { key } = await newApiKey(server.client, admin.token, { permissions: ['users:read'] })
    const client = await newClient(server.client, admin.token, { roles: ['admin'], scope: 'users:read' })
    const token = await tokenOf(server.client, client)
    for (const credential of [key, token]) {
      const answer = await ask(credential, '?permission=users:read')
      expect([answer.status, identityIn(answer)['remote-groups']]).toEqual([204, ''])
      expect((await ask(credential, '?permission=users:write')).status).toBe(403)
      const { status, body } = await ask(credential, '?role=admin')
      expect([status, body.detail]).toEqual([403, expect.stringContaining('cannot use roles')])
    }
    expect((await ask(admin.token, '?role=admin')).status).toBe(204)
  })
})

describe('forward-auth', () => {
  let server: TestServer
  let person: Person
  let code: string
  beforeAll(async () => {
    server = await startTestServer(sqlite, { env })
    person = await newPerson(server.client)
    code = (await loginWith(server.client, person.secret, 'code')).session_code
  })
  afterAll(async () => await server?.close())

  const signedOut = (query: string, headers: Record<string, string> = {}) =>
    server.client.get(path + query, { headers: { ...asked, ...headers } })
  const withCookie = (query: string, headers: Record<string, string> = {}) =>
    signedOut(query, { ...cookieOf(code), ...headers })

  it('answers 401 with a challenge to everyone else', async () => {
    const { status, body, headers } = await signedOut('')
    expect([status, body.code, headers.get('www-authenticate')]).toEqual([401, 'unauthenticated', 'Bearer'])
    expect(headers.get('remote-user')).toBeNull()
    const bad = await server.client.get(path, { token: `pxs_${'A'.repeat(43)}` })
    expect([bad.status, bad.body.code]).toEqual([401, 'invalid_token'])
  })

  it('A61: reads no credential from the address', async () => {
    expect((await signedOut(`?access_token=${person.token}`)).status).toBe(401)
  })

  it('A58: refuses two cookies and two headers with a credential', async () => {
    expect((await signedOut('', { cookie: `__Host-proxima=${code}; __Host-proxima=${code}` })).status).toBe(
      400,
    )
    const twice = [1, 2].map(() => ['authorization', `Bearer ${person.token}`] as const)
    expect((await rawRequest(server.url, path, { headers: twice })).status).toBe(400)
  })

  it('sends a browser that opens a page to the sign-in page, which leads back', async () => {
    for (const headers of [{}, cookieOf(`pxs_${'A'.repeat(43)}`), { 'sec-fetch-dest': 'document' }]) {
      const answer = await signedOut('?redirect=1&role=admin', headers)
      expect([answer.status, answer.text]).toEqual([302, ''])
      const returnTo = encodeURIComponent('https://accounts.example.org:8443/reports?year=2026')
      expect(answer.headers.get('location')).toBe(`${publicUrl}/sign-in?return_to=${returnTo}`)
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
  })

  it.each([
    ['a form', { 'x-forwarded-method': 'POST' }],
    ['a script', { 'sec-fetch-dest': 'empty' }],
    ['a WebSocket', { 'sec-fetch-dest': 'websocket' }],
  ])('answers %s with 401, and with no redirect', async (_what, headers) => {
    expect((await signedOut('?redirect=1', headers)).status).toBe(401)
  })

  it('redirects no one who is signed in and may not see the service', async () => {
    expect((await withCookie('?redirect=1&role=admin')).status).toBe(403)
  })

  it('A106: leads back to no origin that is not configured', async () => {
    const { headers } = await signedOut('?redirect=1', { 'x-forwarded-host': 'evil.example' })
    expect(headers.get('location')).toBe(`${publicUrl}/sign-in`)
  })

  it('A42, A87: believes nothing about the request from a client that is no configured proxy', async () => {
    const open = await startTestServer(sqlite, { env: { ...env, PROXIMA_TRUSTED_PROXIES: '192.0.2.1' } })
    const own = await newPerson(open.client)
    const { session_code } = await loginWith(open.client, own.secret, 'code')
    const forged = { ...asked, 'x-forwarded-method': 'POST' }
    for (const headers of [forged, { ...forged, 'x-forwarded-host': 'accounts.example.org' }]) {
      const answer = await open.client.get(`${path}?redirect=1`, { headers })
      expect([answer.status, answer.headers.get('location')]).toEqual([302, `${publicUrl}/sign-in`])
    }
    const cross = { ...forged, ...cookieOf(session_code), 'sec-fetch-site': 'cross-site' }
    expect((await open.client.get(path, { headers: cross })).status).toBe(204)
    await open.close()
  })

  it('needs no proof of origin for a GET, whatever page it comes from', async () => {
    for (const site of ['cross-site', 'same-site', 'same-origin', 'none'])
      expect((await withCookie('', { 'sec-fetch-site': site, origin: 'https://evil.example' })).status).toBe(
        204,
      )
  })

  it('A49: refuses a change by cookie from a page of another origin, and by no other credential', async () => {
    const forged = { 'x-forwarded-method': 'POST', 'sec-fetch-site': 'same-site' }
    const { status, body } = await withCookie('', forged)
    expect([status, body.code]).toEqual([403, 'forbidden'])
    expect((await withCookie('', { ...forged, 'sec-fetch-site': 'same-origin' })).status).toBe(204)
    const headers = { ...asked, ...forged }
    expect((await server.client.get(path, { token: person.token, headers })).status).toBe(204)
  })

  it.each([
    ['a parameter that is misspelt', '?roles=admin', '/roles'],
    ['a permission twice', '?permission=a:b&permission=c:d', '/permission'],
    ['a role twice', '?role=user&role=admin', '/role'],
    ['a permission that is none', '?permission=reports', '/permission'],
    ['a permission that Proxima does not have', '?permission=users:reed', '/permission'],
    ['an empty permission', '?permission=', '/permission'],
    ['an empty role', '?role=', '/role'],
    ['a role that can be none', '?role=Admin', '/role'],
    ['another redirect', '?redirect=yes', '/redirect'],
  ])('A32: refuses %s, so that no service is open by mistake', async (_what, query, pointer) => {
    const { status, body } = await withCookie(query)
    expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'validation_failed', pointer])
    expect((await signedOut(query)).status).toBe(401)
  })

  it('A77: refuses a role and a permission that no one has', async () => {
    expect((await withCookie('?role=nothing')).status).toBe(403)
    expect((await withCookie('?permission=nothing:read')).status).toBe(403)
  })

  it('I7: refuses an account that must first confirm a contact', async () => {
    const strict = await startTestServer(sqlite, { env: { ...env, PROXIMA_VERIFICATION: 'required' } })
    const waiting = await newPerson(strict.client, { username: 'zuri', email: 'zuri@example.com' })
    for (const query of ['', '?redirect=1']) {
      const { status, body } = await strict.client.get(path + query, { token: waiting.token })
      expect([status, body.code]).toEqual([403, 'verification_required'])
    }
    await strict.close()
  })

  it('sees the address of the client of the proxy', async () => {
    const { key } = await newApiKey(server.client, person.token, { allowed_networks: ['203.0.113.0/24'] })
    expect((await server.client.get(path, { token: key, headers: asked })).status).toBe(204)
    const elsewhere = { ...asked, 'x-forwarded-for': '198.51.100.1' }
    expect((await server.client.get(path, { token: key, headers: elsewhere })).status).toBe(403)
  })

  it('limits no page that makes hundreds of requests', async () => {
    const answers = await Promise.all(Array.from({ length: 400 }, () => withCookie('')))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]))
  })

  it('answers a request for a WebSocket, and one with a body, like any other', async () => {
    const lines = {
      host: 'accounts.example.org',
      // As Caddy passes it on.
      connection: 'Upgrade, close',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...asked,
    }
    const upgrade = (headers: object) => {
      const text = Object.entries({ ...lines, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
      return sendRaw(server.url, `GET ${path}?redirect=1 HTTP/1.1\r\n${text.join('')}\r\n`)
    }
    expect((await upgrade({})).status).toBe(401)
    expect((await upgrade(cookieOf(code))).status).toBe(204)
    const headers = Object.entries({ ...asked, ...cookieOf(code) })
    expect((await rawRequest(server.url, path, { headers, body: '{"x": 1}' })).status).toBe(204)
  })
})
