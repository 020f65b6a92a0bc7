import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { newPerson, type Person } from '../../../../tests/support/people.ts'
import type { Answer, CallOptions } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const path = '/v1/me/access-token'
const sessionSeconds = 3_600

describe.each(engines)('an access token for a session code, on $name', (engine) => {
  let server: TestServer
  let person: Person
  beforeAll(async () => {
    const env = {
      PROXIMA_SESSION_TTL_SECONDS: String(sessionSeconds),
      PROXIMA_SESSION_IDLE_SECONDS: String(sessionSeconds),
    }
    server = await startTestServer(engine, { env, clock: FrozenClock.atWholeSecond() })
    person = await newPerson(server.client)
  })
  afterAll(async () => await server?.close())

  const exchange = (options: CallOptions) => server.client.send('POST', path, undefined, options)
  const signIn = async (mode: string) =>
    await server.client.post('/v1/auth/token', { user_secret: person.secret, mode })
  const cookieOf = ({ headers }: Answer) => headers.get('set-cookie')?.split(';')[0] ?? ''

  it('names the session, and verifies offline', async () => {
    const login = await signIn('code')
    const { status, body, headers } = await exchange({ token: login.body.session_code })
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'bearer', expires_in: 900 })
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', server.url))
    const currentDate = server.clock.now()
    const { payload } = await jwtVerify(String(body.access_token), keys, {
      issuer: server.url,
      audience: server.url,
      typ: 'at+jwt',
      algorithms: ['ES256'],
      currentDate,
    })
    expect(payload).toMatchObject({
      sub: person.id,
      sid: login.body.session_id,
      roles: ['user'],
      exp: Math.floor(currentDate.getTime() / 1_000) + 900,
    })
    expect((await server.client.me(String(body.access_token))).body.id).toBe(person.id)
  })

  it('is issued for the cookie only to a page of the same origin', async () => {
    const cookie = cookieOf(await signIn('cookie'))
    expect((await exchange({ headers: { cookie, origin: server.url } })).status).toBe(200)
    expect((await exchange({ headers: { cookie, origin: 'https://elsewhere.example' } })).status).toBe(403)
    expect((await exchange({ headers: { cookie } })).status).toBe(403)
  })

  it('is not issued for an access token, which would otherwise never expire', async () => {
    const { status, body } = await exchange({ token: person.token })
    expect([status, body.code]).toEqual([403, 'forbidden'])
    expect(body.detail).toContain('/v1/auth/refresh')
    const { body: own } = await exchange({ token: (await signIn('code')).body.session_code })
    expect((await exchange({ token: own.access_token })).status).toBe(403)
    expect((await exchange({})).status).toBe(401)
  })

  it('ends with its session', async () => {
    const { session_code: code } = (await signIn('code')).body
    const { body } = await exchange({ token: code })
    await server.client.send('POST', '/v1/auth/logout', undefined, { token: code })
    expect((await server.client.me(String(body.access_token))).status).toBe(401)
    expect((await exchange({ token: code })).status).toBe(401)
  })

  it('expires no later than its session', async () => {
    const { session_code: code } = (await signIn('code')).body
    server.clock.advance(sessionSeconds - 60)
    expect((await exchange({ token: code })).body.expires_in).toBe(60)
    server.clock.advance(60)
    expect((await exchange({ token: code })).status).toBe(401)
  })
})
