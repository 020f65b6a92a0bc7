import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

interface Login {
  readonly access_token: string
  readonly session_id: string
}

describe.each(engines)('signing in with a password on $name', (engine) => {
  let server: TestServer
  let user: Answer['body']
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_DEFAULT_REGION: 'KE' } })
    const registered = await server.client.register({
      username: 'Wanjiku.Né',
      email: 'Wanjiku.N@Bücher.example',
      phone_number: '0712345678',
      password,
      given_name: 'Wanjiku',
    })
    expect(registered.status).toBe(201)
    user = registered.body
  })
  afterAll(async () => await server?.close())

  it('answers with a Login and nothing else', async () => {
    const login = await server.client.login({ identifier: 'wanjiku.né', password })
    expect(login.status).toBe(200)
    expect(login.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(login.body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]{86}$/),
      token_type: 'bearer',
      expires_in: 900,
      refresh_token: expect.stringMatching(/^pxr_[\w-]{70}$/),
      session_code: null,
      session_id: expect.stringMatching(uuidV7),
      user,
    })
  })

  it('answers the same if the default mode is named', async () => {
    const login = await server.client.login({ username: 'Wanjiku.Né', password, mode: 'token' })
    expect(login.status).toBe(200)
    expect(login.body).toMatchObject({ token_type: 'bearer', session_code: null, user })
  })

  it('starts a new session each time, and the token identifies the caller', async () => {
    const first = (await server.client.login({ email: user.email, password })).body as Login
    const second = (await server.client.login({ email: user.email, password })).body as Login
    expect(first.session_id).not.toBe(second.session_id)
    expect(first.access_token).not.toBe(second.access_token)
    for (const login of [first, second]) {
      const me = await server.client.me(login.access_token)
      expect(me.body).toEqual({ ...user, address: null, national_id: null, locale: null })
    }
  })

  it.each([
    { identifier: 'Wanjiku.Né' },
    { identifier: '  WANJIKU.NE\u0301\t' },
    { username: 'wanjiku.né' },
    { username: 'ｗａｎｊｉｋｕ.né' },
    { identifier: 'wanjiku.n@bücher.example' },
    { identifier: ' WANJIKU.N@BU\u0308CHER.EXAMPLE ' },
    { email: 'Wanjiku.N@xn--bcher-kva.example' },
    { email: 'wanjiku.N@XN--BCHER-KVA.EXAMPLE' },
    { identifier: '0712345678' },
    { identifier: '+254712345678' },
    { phone_number: '+254 712 345 678' },
    { phone_number: '(0712) 345-678' },
    { phone_number: '000254712345678' },
    { phone_number: '+254 (0)712.345.678' },
    { phone_number: '０７１２３４５６７８' },
  ])('finds the account by %j', async (identifier) => {
    const login = await server.client.login({ ...identifier, password })
    expect(login.status, login.text).toBe(200)
    expect(login.body.user.id).toBe(user.id)
  })

  it.each([
    {},
    { identifier: 'wanjiku.né', username: 'wanjiku.né' },
    { username: 'wanjiku.né', email: 'wanjiku.n@bücher.example' },
    { email: 'victim@example.com', phone_number: '+254712345678' },
    { identifier: 'a', username: 'b', email: 'c', phone_number: 'd' },
  ])('A32: requires exactly one identifier, not %j', async (identifiers) => {
    const login = await server.client.login({ ...identifiers, password })
    expect(login.status).toBe(422)
    expect(login.body).toMatchObject({
      code: 'validation_failed',
      errors: [
        { pointer: '', code: 'one_identifier_needed', detail: expect.stringContaining('exactly one') },
      ],
    })
  })

  it.each([
    [{ identifier: 7, password }, '/identifier'],
    [{ identifier: ['wanjiku.né'], password }, '/identifier'],
    [{ email: { $ne: null }, password }, '/email'],
    [{ username: null, password }, '/username'],
    [{ username: 'wanjiku.né', password: 12345678 }, '/password'],
    [{ username: 'wanjiku.né', password: [password] }, '/password'],
    [{ username: 'wanjiku.né', password: true }, '/password'],
    [{ username: 'wanjiku.né', password: null }, '/password'],
    [{ username: 'wanjiku.né' }, '/password'],
    [{ username: 'wanjiku.né', password, mode: 'cookies' }, '/mode'],
    [{ username: 'wanjiku.né', password, mode: ['token'] }, '/mode'],
    [{ username: 'wanjiku.né', password, role: 'admin' }, '/role'],
    [{ username: 'wanjiku.né', password, 'email[]': 'x@y.example' }, '/email[]'],
  ])('A31: refuses %j and names the field', async (body, pointer) => {
    const login = await server.client.login(body)
    expect(login.status).toBe(422)
    expect(login.body.errors).toEqual([expect.objectContaining({ pointer })])
    expect(login.text).not.toContain(password)
  })

  it('A32: refuses a list of logins, and a repeated field', async () => {
    const list = await server.client.post('/v1/auth/login', [{ username: 'wanjiku.né', password }])
    expect(list.status).toBe(422)
    const twice = `{"username":"x","username":"wanjiku.né","password":${JSON.stringify(password)}}`
    const doubled = await server.client.send('POST', '/v1/auth/login', twice)
    expect(doubled.status).toBe(400)
    expect(doubled.body.code).toBe('malformed_request')
  })

  it('A64: keeps every answer out of caches', async () => {
    const good = await server.client.login({ username: 'wanjiku.né', password })
    const bad = await server.client.login({ username: 'wanjiku.né', password: 'not this one, surely' })
    expect([good.status, bad.status]).toEqual([200, 401])
    for (const { headers } of [good, bad]) expect(headers.get('cache-control')).toBe('no-store')
  })

  it('A50: ignores a name and password in an Authorization header', async () => {
    const basic = `Basic ${Buffer.from(`wanjiku.né:${password}`).toString('base64')}`
    const headers = { authorization: basic }
    const empty = await server.client.post('/v1/auth/login', {}, { headers })
    expect(empty.status).toBe(422)
    const wrong = { username: 'wanjiku.né', password: 'not this one, surely' }
    expect((await server.client.post('/v1/auth/login', wrong, { headers })).status).toBe(401)
    const me = await server.client.get('/v1/me', { headers })
    expect(me.status).toBe(401)
    expect(me.body.code).toBe('unauthenticated')
    expect(me.headers.get('www-authenticate')).toBe('Bearer')
  })
})
