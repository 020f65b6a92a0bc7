import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../../../../tests/support/audit-events.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { type Login, loginWith, newPerson } from '../../../../tests/support/people.ts'
import { raceSize } from '../../../../tests/support/race-size.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const old = 'seven green bottles stand here'
const fresh = 'nine quiet rivers bend slowly'
/** One issuer, whose tokens all nodes take. */
const env = { PROXIMA_PUBLIC_URL: 'https://accounts.example.org' }

describe.each(engines)('changing the password on $name', (engine) => {
  let server: TestServer
  let otherNode: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env })
    const { databaseUrl, clock } = server
    otherNode = await startTestServer(engine, { databaseUrl, clock, env })
  })
  afterAll(async () => {
    await otherNode?.close()
    await server?.close()
  })

  const change = (token: string, body: object, headers = {}) =>
    server.client.put('/v1/me/password', body, { token, headers })
  const loginStatus = async (username: string, password: string) =>
    (await server.client.login({ username, password })).status
  const refreshStatus = async (refreshToken: string, node = server) =>
    (await node.client.post('/v1/auth/refresh', { refresh_token: refreshToken })).status
  const isIn = async (credential: string, node = server) => (await node.client.me(credential)).status === 200

  async function signIn(username: string, mode: 'token' | 'code' | 'cookie' = 'token'): Promise<Login> {
    const { status, text, body } = await server.client.login({ username, password: old, mode })
    if (status !== 200) throw new Error(`login answered ${text}`)
    return body as Login
  }

  async function signUp(username: string, details = {}): Promise<Login> {
    await server.client.register({ username, password: old, ...details })
    return await signIn(username)
  }

  it('replaces the old one', async () => {
    const { access_token } = await signUp('amina')
    const { status, text, headers } = await change(access_token, {
      current_password: old,
      new_password: fresh,
    })
    expect([status, text]).toEqual([204, ''])
    expect(headers.get('cache-control')).toBe('no-store')
    expect([await loginStatus('amina', old), await loginStatus('amina', fresh)]).toEqual([401, 200])
  })

  it('A55: ends all other sessions and every refresh token, and keeps the session that called', async () => {
    const first = await signUp('baraka')
    const refreshed = await server.client.post('/v1/auth/refresh', { refresh_token: first.refresh_token })
    const caller = refreshed.body as Login
    const others = [await signIn('baraka'), await signIn('baraka')]
    const code = await signIn('baraka', 'code')
    expect((await change(caller.access_token, { current_password: old, new_password: fresh })).status).toBe(
      204,
    )

    const { databaseUrl, clock } = server
    const restarted = await startTestServer(engine, { databaseUrl, clock, env })
    for (const node of [server, otherNode, restarted]) {
      for (const token of [first.access_token, caller.access_token])
        expect(await isIn(token, node)).toBe(true)
      for (const { access_token } of others) expect(await isIn(access_token, node)).toBe(false)
      expect(await isIn(code.session_code, node)).toBe(false)
      for (const { refresh_token } of [first, caller, ...others])
        expect(await refreshStatus(refresh_token, node)).toBe(401)
    }
    await restarted.close()
    const { body } = await server.client.get('/v1/me/sessions', { token: caller.access_token })
    expect((body.data as { id: string }[]).map(({ id }) => id)).toEqual([caller.session_id])
  })

  it('A55, A52: keeps a caller with a session code signed in, and a new sign-in has a new id', async () => {
    await signUp('chebet')
    const { session_code, session_id } = await signIn('chebet', 'code')
    expect((await change(session_code, { current_password: old, new_password: fresh })).status).toBe(204)
    expect(await isIn(session_code)).toBe(true)
    const again = await server.client.login({ username: 'chebet', password: fresh, mode: 'code' })
    expect(again.body.session_id).not.toBe(session_id)
    expect(again.body.session_code).not.toBe(session_code)
  })

  it('I8: accepts only the current password as proof', async () => {
    const { access_token, refresh_token } = await signUp('dalila')
    for (const wrong of ['', fresh, `${old} `, old.toUpperCase()]) {
      const { status, body, headers } = await change(access_token, {
        current_password: wrong,
        new_password: 'eleven brown foxes nap',
      })
      expect([status, body.code]).toEqual([401, 'invalid_credentials'])
      expect(headers.get('www-authenticate')).toBe('Bearer')
    }
    const missing = [{}, { user_secret: `pxu_${'A'.repeat(43)}` }]
    for (const given of missing) {
      const { status, body } = await change(access_token, { ...given, new_password: fresh })
      expect([status, body.code]).toEqual([422, 'validation_failed'])
      expect(body.errors).toMatchObject([{ pointer: '/current_password', code: 'required' }])
    }
    expect(await isIn(access_token)).toBe(true)
    expect(await refreshStatus(refresh_token)).toBe(200)
    expect([await loginStatus('dalila', old), await loginStatus('dalila', fresh)]).toEqual([200, 401])
  })

  it('A48: checks the new one as at registration, also against the data of its owner', async () => {
    const { access_token } = await signUp('mwangi-kip', { full_name: 'Esther Wambui Njoroge' })
    const weakness = async (newPassword: string) => {
      const answer = await change(access_token, { current_password: old, new_password: newPassword })
      const { code, errors } = answer.body as { code: string; errors: { pointer: string; code: string }[] }
      return [answer.status, code, errors[0]?.pointer, errors[0]?.code]
    }
    const at = [422, 'password_too_weak', '/new_password']
    expect(await weakness('short')).toEqual([...at, 'too_short'])
    expect(await weakness('password123')).toEqual([...at, 'common'])
    expect(await weakness('mwangi-kip2026')).toEqual([...at, 'contains_context'])
    expect(await weakness('Njoroge!2026')).toEqual([...at, 'contains_context'])
    expect(await weakness('abababababab')).toEqual([...at, 'repetitive'])
    expect(await loginStatus('mwangi-kip', old)).toBe(200)
  })

  it('refuses the current one, in any Unicode form', async () => {
    const password = 'Crème brûlée für fünf'
    await server.client.register({ username: 'farida', password })
    const { body: login } = await server.client.login({ username: 'farida', password })
    for (const same of [password, password.normalize('NFD')]) {
      const body = { current_password: password, new_password: same }
      const answer = await change(String(login.access_token), body)
      expect([answer.status, answer.body.code]).toEqual([422, 'validation_failed'])
      expect(answer.body.errors).toMatchObject([{ pointer: '/new_password', code: 'unchanged' }])
    }
  })

  it('sets a first one with the user secret, and both work afterwards', async () => {
    const grace = await newPerson(server.client)
    const other = await loginWith(server.client, grace.secret)
    const stranger = await newPerson(server.client)
    const wrong = await change(grace.token, { user_secret: stranger.secret, new_password: fresh })
    expect([wrong.status, wrong.body.code]).toEqual([401, 'invalid_credentials'])
    server.clock.advance(700)
    expect((await change(grace.token, { user_secret: grace.secret, new_password: fresh })).status).toBe(204)
    expect(await isIn(other.access_token)).toBe(false)
    expect(await loginStatus(grace.username, fresh)).toBe(200)
    expect((await loginWith(server.client, grace.secret)).session_id).toBeTypeOf('string')
    const again = await change(grace.token, { user_secret: grace.secret, new_password: old })
    expect(again.body.errors).toMatchObject([{ pointer: '/current_password', code: 'required' }])
  })

  it('sets a first one in a fresh session, but not in a stale one, however often that was refreshed', async () => {
    const hassan = await newPerson(server.client)
    const { access_token, refresh_token } = await loginWith(server.client, hassan.secret)
    server.clock.advance(600)
    const { body } = await server.client.post('/v1/auth/refresh', { refresh_token })
    for (const token of [access_token, String(body.access_token)]) {
      const stale = await change(token, { new_password: fresh })
      expect([stale.status, stale.body.code]).toEqual([403, 'step_up_required'])
    }
    const again = await loginWith(server.client, hassan.secret)
    expect((await change(again.access_token, { new_password: fresh })).status).toBe(204)
    expect(await loginStatus(hassan.username, fresh)).toBe(200)
    expect((await change(again.access_token, { new_password: old })).status).toBe(422)
  })

  it('refuses unknown fields, and callers who are not signed in', async () => {
    const { access_token } = await signUp('imani')
    const body = { current_password: old, new_password: fresh, keep_sessions: true }
    expect((await change(access_token, body)).body.errors).toMatchObject([{ code: 'unknown_field' }])
    for (const wrong of [{ new_password: 1 }, { new_password: [fresh] }, { current_password: null }])
      expect((await change(access_token, { current_password: old, ...wrong })).status).toBe(422)
    expect((await server.client.put('/v1/me/password', { new_password: fresh })).status).toBe(401)
    expect(await loginStatus('imani', old)).toBe(200)
  })

  it('is recorded with the proof of the caller, and so is a refusal, without any secret', async () => {
    const { access_token, session_id, user } = await signUp('juma')
    await change(access_token, { current_password: 'wrong', new_password: fresh })
    await change(access_token, { current_password: old, new_password: fresh })
    const all = await readEvents(server.databaseUrl)
    const mine = all.filter(({ account_id }) => account_id === (user as unknown as { id: string }).id)
    const event = { session_id, method: 'password', ip_address: '127.0.0.1' }
    expect(mine.slice(-2)).toMatchObject([
      { ...event, action: 'reauthentication', outcome: 'failure' },
      { ...event, action: 'password_change', outcome: 'success' },
    ])
    for (const secret of [old, fresh]) {
      expect(JSON.stringify(all)).not.toContain(secret)
      expect(server.log.join('')).not.toContain(secret)
    }
  })
})

describe.each(engines)('guessing the password by changing it on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    const env = { PROXIMA_LIMITS: 'on', PROXIMA_TRUSTED_PROXIES: '127.0.0.1' }
    server = await startTestServer(engine, { env })
  })
  afterAll(async () => await server?.close())

  const from = (address: string) => ({ 'x-forwarded-for': address })

  async function signUp(username: string, address: string): Promise<string> {
    await server.client.register({ username, password: old })
    const { body } = await server.client.post(
      '/v1/auth/login',
      { username, password: old },
      { headers: from(address) },
    )
    return String(body.access_token)
  }

  const change = async (token: string, address: string, currentPassword: string, newPassword = fresh) => {
    const body = { current_password: currentPassword, new_password: newPassword }
    return await server.client.put('/v1/me/password', body, { token, headers: from(address) })
  }
  const login = (username: string, password: string, address: string) =>
    server.client.post('/v1/auth/login', { username, password }, { headers: from(address) })

  it('A38: with a stolen session allows no more tries than at sign-in, on any node', async () => {
    const token = await signUp('amina', '192.0.2.1')
    const thief = '198.51.100.7'
    for (let at = 0; at < 5; at++) {
      expect((await change(token, thief, `wrong ${at}`)).status).toBe(401)
      expect((await login('amina', `wrong ${at}`, thief)).status).toBe(401)
    }
    const refused = [await change(token, thief, old), await login('amina', old, thief)]
    expect(refused.map(({ status, body }) => [status, body.code as string])).toEqual([
      [429, 'rate_limited'],
      // A stranger is told nothing yet: only five wrong guesses named this username.
      [401, 'invalid_credentials'],
    ])
    expect(Number(refused[0]?.headers.get('retry-after'))).toBe(30)
    // The owner, where she has signed in before, waits for nobody.
    expect((await change(token, '192.0.2.1', old)).status).toBe(204)
    expect((await login('amina', fresh, '192.0.2.1')).status).toBe(200)
  })

  it('A39: of many guesses at once, verifies only as many as are free', { tags: 'long' }, async () => {
    const token = await signUp('baraka', '192.0.2.2')
    const answers = await Promise.all(
      Array.from({ length: raceSize }, (_, index) =>
        change(token, `198.51.${100 + (index >> 8)}.${index & 0xff}`, 'wrong'),
      ),
    )
    const judged = answers.filter(({ status }) => status === 401)
    expect(judged).toHaveLength(10)
    expect(answers.filter(({ status }) => ![401, 429, 503].includes(status))).toEqual([])
  })

  it('costs no guess if the new one would be refused anyway', async () => {
    const token = await signUp('chebet', '192.0.2.3')
    for (let at = 0; at < 15; at++) {
      expect((await change(token, '192.0.2.3', old, 'short')).status).toBe(422)
      expect((await change(token, '192.0.2.3', old, old)).status).toBe(422)
    }
    expect((await change(token, '192.0.2.3', old)).status).toBe(204)
  })
})
