import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { type Login, newPerson, type Person } from '../../../../tests/support/people.ts'
import { raceSize } from '../../../../tests/support/race-size.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

describe.each(engines)('signing out on $name', (engine) => {
  let server: TestServer
  let person: Person
  beforeAll(async () => {
    server = await startTestServer(engine)
    person = await newPerson(server.client)
  })
  afterAll(async () => await server?.close())

  const signIn = async (mode: string) => {
    const answer = await server.client.post('/v1/auth/token', { user_secret: person.secret, mode })
    return { ...answer, body: answer.body as Login }
  }
  const logout = (body: object | undefined, options: object = {}) =>
    server.client.send('POST', '/v1/auth/logout', body && JSON.stringify(body), options)
  const alive = async (token: string) => (await server.client.me(token)).status === 200
  const refreshed = async (token: string) =>
    (await server.client.post('/v1/auth/refresh', { refresh_token: token })).status

  it('A54: ends the access token, the refresh token and the session at once', async () => {
    const { body } = await signIn('token')
    const { status, text } = await logout(undefined, { token: body.access_token })
    expect([status, text]).toEqual([204, ''])
    expect(await alive(body.access_token)).toBe(false)
    expect(await refreshed(body.refresh_token)).toBe(401)
  })

  it('A54: with only a refresh token also ends its access token', async () => {
    const { body } = await signIn('token')
    expect((await logout({ refresh_token: body.refresh_token })).status).toBe(204)
    expect(await alive(body.access_token)).toBe(false)
    expect((await logout({ refresh_token: body.refresh_token })).status).toBe(204)
  })

  it('A54: ends a session code', async () => {
    const { body } = await signIn('code')
    expect((await logout({}, { token: body.session_code })).status).toBe(204)
    expect(await alive(body.session_code)).toBe(false)
  })

  it('A54: by cookie ends the session and clears the cookie, only from our own pages', async () => {
    const [cookie = ''] = ((await signIn('cookie')).headers.get('set-cookie') ?? '').split(';')
    const foreign = await logout(undefined, { headers: { cookie, origin: 'https://evil.example' } })
    expect(foreign.status).toBe(403)
    const { status, headers } = await logout(undefined, {
      headers: { cookie, origin: new URL(server.url).origin },
    })
    expect(status).toBe(204)
    expect(headers.getSetCookie()).toEqual([
      '__Host-proxima=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
    ])
    expect((await server.client.get('/v1/me', { headers: { cookie } })).status).toBe(401)
  })

  it('does not end other sessions', async () => {
    const [one, other] = [(await signIn('token')).body, (await signIn('code')).body]
    await logout({}, { token: one.access_token })
    expect(await alive(other.session_code)).toBe(true)
  })

  it('requires a credential', async () => {
    expect((await logout(undefined)).body.code).toBe('unauthenticated')
    expect((await logout({}, { token: 'no-token' })).body.code).toBe('invalid_token')
    const { body } = await signIn('token')
    await logout({}, { token: body.access_token })
    expect((await logout({}, { token: body.access_token })).status).toBe(401)
  })

  it('A54: refuses every refresh after the logout, of many at the same time', {
    tags: 'long',
  }, async () => {
    const { body } = await signIn('token')
    let isOut = false
    const late: number[] = []
    const race = async (index: number) => {
      if (index === Math.floor(raceSize / 2)) {
        expect((await logout({}, { token: body.access_token })).status).toBe(204)
        isOut = true
        return
      }
      const wasOut = isOut
      const status = await refreshed(body.refresh_token)
      if (wasOut) late.push(status)
    }
    await Promise.all(Array.from({ length: raceSize }, (_, index) => race(index)))
    expect(late.filter((status) => status !== 401)).toEqual([])
    expect(await refreshed(body.refresh_token)).toBe(401)
    expect(await alive(body.access_token)).toBe(false)
  })
})
