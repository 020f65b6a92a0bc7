import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, sqlite } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const elsewhere = 'https://reports.example.org'
const form = { 'content-type': 'application/x-www-form-urlencoded' }

describe.each(engines)('the sign-in page on $name', (engine) => {
  let server: TestServer
  const username = 'amina'
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_RETURN_ORIGINS: elsewhere } })
    await server.client.post('/v1/auth/register', { username, password })
  })
  afterAll(async () => await server?.close())

  const open = async (path: string, headers: Record<string, string> = {}) =>
    await fetch(`${server.url}${path}`, { headers, redirect: 'manual' })
  const send = async (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { ...form, origin: server.url, 'sec-fetch-site': 'same-origin', ...headers },
      body: new URLSearchParams(fields).toString(),
      redirect: 'manual',
    })
  const signIn = async (more: Record<string, string> = {}) =>
    await send('/sign-in', { identifier: username, password, ...more })
  const cookieOf = (answer: Response) => answer.headers.getSetCookie().join('\n')

  it('signs in with a form, and leads to the account', async () => {
    const answer = await signIn({ keep: 'yes' })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/account')
    expect(cookieOf(answer)).toMatch(
      /^__Host-proxima=.*; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=2592000;/,
    )
  })

  it('keeps a session for half a day only, and not in a closed browser, unless its owner wants more', async () => {
    const answer = await signIn()
    const cookie = cookieOf(answer)
    expect(cookie).not.toMatch(/Max-Age|Expires/)
    const session = cookie.split(';')[0] ?? ''
    expect((await open('/v1/me', { cookie: session })).status).toBe(200)
    server.clock.advance(43_201)
    expect((await open('/v1/me', { cookie: session })).status).toBe(401)
  })

  it('I4: has the same words for a wrong password and for a stranger, and keeps what was typed', async () => {
    const wrong = await (await signIn({ password: 'not the password' })).text()
    const stranger = await send('/sign-in', { identifier: 'nobody-here', password: 'not the password' })
    expect(stranger.status).toBe(401)
    expect((await stranger.text()).replaceAll('nobody-here', username)).toBe(wrong)
    expect(wrong).toContain('role="alert"')
    expect(wrong).toContain('<title>Error: Sign in')
    expect(wrong).toContain(`value="${username}"`)
    expect(wrong).not.toContain('not the password')
  })

  it.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    'javascript:alert(1)',
    'https://reports.example.org@evil.example/',
    'https://reports.example.org.evil.example/',
    'http://reports.example.org/',
    'https://amina@reports.example.org/',
    'blob:https://reports.example.org/1b2c',
  ])('A106: does not lead to %s', async (address) => {
    expect((await signIn({ return_to: address })).headers.get('location')).toBe('/account')
    const page = await (await open(`/sign-in?return_to=${encodeURIComponent(address)}`)).text()
    expect(page).not.toContain('name="return_to"')
  })

  it('leads back to an origin that the operator lists, and names it', async () => {
    const address = `${elsewhere}/week?of=2026`
    const page = await (await open(`/sign-in?return_to=${encodeURIComponent(address)}`)).text()
    expect(page).toContain('reports.example.org</b>')
    expect((await signIn({ return_to: address })).headers.get('location')).toBe(address)
    const policy = (await open('/sign-in')).headers.get('content-security-policy')
    expect(policy).toContain(`form-action 'self' ${elsewhere}`)
  })

  it('A49: does not sign anyone in for a page of another site', async () => {
    for (const headers of [{ origin: elsewhere }, { 'sec-fetch-site': 'cross-site' }, { origin: 'null' }]) {
      const answer = await send('/sign-in', { identifier: username, password }, headers)
      expect(answer.status).toBe(403)
      expect(cookieOf(answer)).toBe('')
      expect(answer.headers.get('content-type')).toContain('text/html')
    }
  })

  it('A122: shows an identifier as text', async () => {
    const answer = await send('/sign-in', { identifier: '"><script>alert(1)</script>', password: 'x' })
    expect(await answer.text()).not.toContain('<script>alert')
  })

  it('signs out after one question, and needs the cookie of its own page for that', async () => {
    const session = cookieOf(await signIn()).split(';')[0] ?? ''
    expect(await (await open('/sign-out', { cookie: session })).text()).toContain('Sign out?')
    expect((await open('/v1/me', { cookie: session })).status).toBe(200)
    const foreign = await send('/sign-out', {}, { cookie: session, 'sec-fetch-site': 'cross-site' })
    expect(foreign.status).toBe(403)
    const answer = await send('/sign-out', {}, { cookie: session })
    expect(answer.status).toBe(200)
    expect(cookieOf(answer)).toContain('Max-Age=0')
    expect((await open('/v1/me', { cookie: session })).status).toBe(401)
  })

  it('is written in the language of the reader, who can choose another', async () => {
    const arabic = await (await open('/sign-in', { 'accept-language': 'ar-JO,en;q=0.5' })).text()
    expect(arabic).toContain('<html lang="ar" dir="rtl">')
    const chosen = await open('/sign-in?lang=fr', { 'accept-language': 'ar' })
    expect(await chosen.text()).toContain('<html lang="fr" dir="ltr">')
    const cookie = cookieOf(chosen).split(';')[0] ?? ''
    expect(await (await open('/sign-in', { cookie, 'accept-language': 'ar' })).text()).toContain('lang="fr"')
  })
})

describe('the sign-in page with two steps', () => {
  it('asks for the identifier first, and never says whether it exists', async () => {
    const server = await startTestServer(sqlite, { env: { PROXIMA_SIGN_IN_STEPS: 'two' } })
    try {
      const first = await (await fetch(`${server.url}/sign-in`)).text()
      expect(first).toContain('name="identifier"')
      expect(first).not.toContain('type="password"')
      const headers = { ...form, origin: server.url }
      const second = await fetch(`${server.url}/sign-in`, {
        method: 'POST',
        headers,
        body: 'identifier=nobody',
      })
      expect(second.status).toBe(200)
      expect(await second.text()).toContain('type="password"')
    } finally {
      await server.close()
    }
  })
})
