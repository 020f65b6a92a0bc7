import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { type Login, newPerson } from '../../../../tests/support/people.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { openDatabase } from '../../../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import type { Database } from '../../../platform/database/tables.ts'

describe.each(engines)('the mode of a sign-in on $name', (engine) => {
  let server: TestServer
  let db: Database
  let secret: string
  beforeAll(async () => {
    server = await startTestServer(engine)
    db = openDatabase(server.databaseUrl)
    secret = (await newPerson(server.client)).secret
  })
  afterAll(async () => {
    await db?.destroy()
    await server?.close()
  })

  const signIn = async (mode: string, headers: Record<string, string> = {}) => {
    const answer = await server.client.post('/v1/auth/token', { user_secret: secret, mode }, { headers })
    return { ...answer, body: answer.body as Login & { code?: string } }
  }

  async function cookieOf(answer: Promise<Answer>): Promise<string> {
    return ((await answer).headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  }

  const withCookie = (cookie: string, headers: Record<string, string> = {}) => ({
    headers: { cookie, ...headers },
  })

  it('code gives an opaque session code that reaches every protected route', async () => {
    const { body } = await signIn('code')
    expect(body).toMatchObject({ access_token: null, expires_in: null, refresh_token: null })
    expect(body.session_code).toMatch(/^pxs_[\w-]{43}$/)
    const { status } = await server.client.me(body.session_code)
    expect(status).toBe(200)
    const patched = await server.client.patch('/v1/me', { locale: 'sw-KE' }, { token: body.session_code })
    expect(patched.body.locale).toBe('sw-KE')
  })

  it('A85: code and cookie are stored only as a digest', async () => {
    const { body } = await signIn('code')
    const row = await db
      .selectFrom('sessions')
      .selectAll()
      .where('id', '=', body.session_id)
      .executeTakeFirst()
    expect(JSON.stringify(row)).not.toContain(body.session_code.slice(4))
    expect(row?.code_digest).toMatch(/^[\w-]{43}$/)
    expect((await server.client.me(`pxs_${row?.code_digest}`)).status).toBe(401)
  })

  it('A57: cookie sets one cookie that only this host reads, only over https, and no script', async () => {
    const { body, headers } = await signIn('cookie')
    expect(body).toMatchObject({ access_token: null, refresh_token: null, session_code: null })
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-proxima=pxs_[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=2592000; Expires=.+ GMT$/,
      ),
    ])
    expect(headers.getSetCookie()[0]).not.toMatch(/domain/i)
  })

  it('cookie is refused where a browser would not keep it, and the answer says why', async () => {
    const url = 'http://app.example.org:5000'
    const plain = await startTestServer(engine, { env: { PROXIMA_PUBLIC_URL: url } })
    const { body: registered } = await plain.client.register({ username: 'amina' })
    const given = { user_secret: registered.user_secret }
    const { status, body, headers } = await plain.client.post('/v1/auth/token', { ...given, mode: 'cookie' })
    expect([status, body.code, headers.get('set-cookie')]).toEqual([403, 'forbidden', null])
    expect(body.detail).toContain(url)
    expect(body.detail).toContain('PROXIMA_PUBLIC_URL')
    expect((await plain.client.post('/v1/auth/token', { ...given, mode: 'code' })).status).toBe(200)
    expect(plain.log.filter((line) => line.includes('do not keep the session cookie'))).toHaveLength(1)
    expect(server.log.filter((line) => line.includes('do not keep the session cookie'))).toEqual([])
    await plain.close()
  })

  it('cookie signs in the browser that sends it', async () => {
    const cookie = await cookieOf(signIn('cookie'))
    expect((await server.client.get('/v1/me', withCookie(cookie))).status).toBe(200)
    const others = `theme=dark; ${cookie}; x=1`
    expect((await server.client.get('/v1/me', withCookie(others))).status).toBe(200)
  })

  it('A49: a cookie changes nothing from another origin, nor from an unknown one', async () => {
    const cookie = await cookieOf(signIn('cookie'))
    const patch = async (headers: Record<string, string>) =>
      (await server.client.patch('/v1/me', { locale: 'de' }, withCookie(cookie, headers))).status
    const { origin } = new URL(server.url)
    expect(await patch({ origin })).toBe(200)
    expect(await patch({ 'sec-fetch-site': 'same-origin' })).toBe(200)
    expect(await patch({ origin, 'sec-fetch-site': 'same-origin' })).toBe(200)
    const foreign = [
      'null',
      'https://evil.example',
      `${origin}.evil.example`,
      origin.replace('http', 'https'),
    ]
    for (const each of foreign) expect(await patch({ origin: each }), each).toBe(403)
    for (const site of ['cross-site', 'same-site', 'none', ''])
      expect(await patch({ 'sec-fetch-site': site }), site).toBe(403)
    expect(await patch({ origin, 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await patch({})).toBe(403)
    const refused = await server.client.patch('/v1/me', { locale: 'de' }, withCookie(cookie))
    expect(refused.body.detail).toContain(`${origin}, which is PROXIMA_PUBLIC_URL`)
  })

  it('A49: no one is signed in by cookie from another origin', async () => {
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const answer = await signIn('cookie', headers)
      expect(answer.status).toBe(403)
      expect(answer.headers.getSetCookie()).toEqual([])
    }
    expect((await signIn('token', { origin: 'https://app.example' })).status).toBe(200)
  })

  it('A52: a sign-in never uses a cookie that existed before', async () => {
    const planted = `__Host-proxima=pxs_${'A'.repeat(43)}`
    const cookie = await cookieOf(signIn('cookie', { cookie: planted }))
    expect(cookie).not.toBe(planted)
    expect((await server.client.get('/v1/me', withCookie(planted))).status).toBe(401)
    const again = await cookieOf(signIn('cookie', { cookie }))
    expect(again).not.toBe(cookie)
  })

  it('A58: two cookies of that name sign no one in, in either order', async () => {
    const [mine, theirs] = [await cookieOf(signIn('cookie')), await cookieOf(signIn('cookie'))]
    for (const cookie of [`${mine}; ${theirs}`, `${theirs}; ${mine}`, `${mine}; __Host-proxima=`]) {
      const { status, body } = await server.client.get('/v1/me', withCookie(cookie))
      expect([status, body.code]).toEqual([400, 'malformed_request'])
    }
  })

  it('A53: a text that only looks like a code is refused', async () => {
    const { body } = await signIn('code')
    const code = body.session_code
    const others = ['pxs_', code.slice(0, -1), `${code}A`, code.toLowerCase(), 'pxs_null', 'pxs_undefined']
    for (const other of others) {
      expect((await server.client.me(other)).status, other).toBe(401)
      expect((await server.client.get('/v1/me', withCookie(`__Host-proxima=${other}`))).status).toBe(401)
    }
    expect((await server.client.get('/v1/me', withCookie('__Host-proxima='))).status).toBe(401)
    expect((await server.client.get('/v1/me', withCookie(`__host-proxima=${code}`))).status).toBe(401)
  })

  it('must be one of three', async () => {
    for (const mode of ['session', 'TOKEN', ''])
      expect((await signIn(mode)).body.code).toBe('validation_failed')
  })
})
