import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../src/platform/kernel/ids.ts'
import { engines } from '../support/engines.ts'
import { addTotp, finish, totpCode } from '../support/factors.ts'
import { password } from '../support/password.ts'
import { newPerson, type Person } from '../support/people.ts'
import { type Route, withRoutes } from '../support/routes.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { type Answer, TestClient } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** The calls with which an owner adds a first factor. An enrolment credential opens no other. */
const enrolmentCalls = [
  'POST /v1/me/factors/passkeys',
  'POST /v1/me/factors/passkeys/options',
  'POST /v1/me/factors/totp',
  'POST /v1/me/factors/totp/confirm',
]

/** The routes of this server that find out who calls. Those of old APIs are tested with their own clients. */
function needsCaller({ access, method, path }: Route): boolean {
  const isOurs = !path.startsWith('/old') && !path.startsWith('/codes')
  const isForUsers = access === 'user' || access === 'session_code' || typeof access === 'object'
  return isOurs && isForUsers && method !== 'HEAD'
}

describe.each(engines)('a required second factor on $name', (engine) => {
  let server: TestServer
  let routes: Awaited<ReturnType<typeof withRoutes>>['routes']
  let count = 0
  beforeAll(async () => {
    const env = {
      PROXIMA_SECOND_FACTOR: 'required',
      PROXIMA_PASSWORD_CLIENTS: 'proxima',
      PROXIMA_CONTRACTS: 'oauth-bearer=/old,session-code=/codes',
    }
    ;({ server, routes } = await withRoutes(() => startTestServer(engine, { env })))
  })
  afterAll(async () => await server?.close())

  async function newOwner() {
    const username = `must-${++count}`
    const { body } = await server.client.register({ username, email: `${username}@example.com`, password })
    const login = (more: object = {}) => server.client.login({ username, password, ...more })
    return { id: String(body.id), username, login }
  }
  const enrolmentOf = (answer: Answer) => String(answer.body.enrolment)

  it('is asked of an account that has none, with a credential that adds one', async () => {
    const { login } = await newOwner()
    const asked = await login()
    expect(asked.status).toBe(403)
    expect(asked.body).toMatchObject({ code: 'factor_enrolment_required' })
    expect(asked.body.enrolment).toMatch(/^pxe_[\w-]{43}$/)
    expect(asked.text).not.toMatch(/access_token|session_code|refresh_token|pxs_/)
    const { secret, recoveryCodes } = await addTotp(server.client, enrolmentOf(asked), server.clock)
    expect(recoveryCodes).toHaveLength(10)
    const again = await login()
    expect(again.body.code).toBe('mfa_required')
    const done = await finish(server.client, again, 'totp', await totpCode(secret, server.clock))
    expect(done.status).toBe(200)
    expect((await server.client.me(String(done.body.access_token))).status).toBe(200)
  })

  it.each(['token', 'code', 'cookie'])('gives no session in mode %s before that', async (mode) => {
    const { login } = await newOwner()
    const answer = await login({ mode })
    expect(answer.body.code).toBe('factor_enrolment_required')
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  it('ends the credential when the factor is added, and after ten minutes', async () => {
    const { login } = await newOwner()
    const start = (token: string) => server.client.send('POST', '/v1/me/factors/totp', undefined, { token })
    const first = enrolmentOf(await login())
    const second = enrolmentOf(await login())
    await addTotp(server.client, first, server.clock)
    expect((await start(first)).body.code).toBe('invalid_token')
    expect((await start(second)).body.code).toBe('invalid_token')
    const late = enrolmentOf(await (await newOwner()).login())
    server.clock.advance(600)
    expect((await start(late)).body.code).toBe('invalid_token')
  })

  it('A94: no route but those that add a factor takes an enrolment credential or a challenge', async () => {
    const enrolment = enrolmentOf(await (await newOwner()).login())
    const { login } = await newOwner()
    await addTotp(server.client, enrolmentOf(await login()), server.clock)
    const challenge = String((await login()).body.challenge)
    const guarded = routes.filter(needsCaller)
    expect(guarded.length).toBeGreaterThan(100)
    const open = guarded.filter(({ config }) => config.openToEnrolment === true)
    expect(open.map(nameOf).sort()).toEqual(enrolmentCalls)
    for (const route of guarded) {
      expect(await isRefused(route, challenge), `${nameOf(route)} with a challenge`).toBe(true)
      const isOpen = enrolmentCalls.includes(nameOf(route))
      expect(isOpen || (await isRefused(route, enrolment)), `${nameOf(route)} with an enrolment`).toBe(true)
    }
  })

  const nameOf = ({ method, path }: Route) => `${method} ${path}`

  /** True if the route answers like to someone who has not signed in, whether it is sent as a bearer token or as a cookie. */
  async function isRefused({ method, path }: Route, credential: string): Promise<boolean> {
    const url = `${server.url}${path.replace(/:\w+/g, newId())}`
    const given = [
      { authorization: `Bearer ${credential}` },
      { cookie: `__Host-proxima=${credential}`, origin: server.url },
    ]
    const answers = await Promise.all(
      given.map((headers: Record<string, string>) => fetch(url, { method, headers, redirect: 'manual' })),
    )
    return answers.every(
      ({ headers, status }) => status === 401 || headers.get('location')?.startsWith('/sign-in') === true,
    )
  }

  it('A94: gives nothing to the password alone at old and other ways to sign in', async () => {
    const { username } = await newOwner()
    const client = new TestClient(server.url)
    const form = new URLSearchParams({ grant_type: 'password', username, password }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const byOAuth = await client.send('POST', '/oauth/token', form, { headers })
    expect([byOAuth.status, byOAuth.body.error]).toEqual([400, 'invalid_grant'])
    const byContract = await client.send('POST', '/old/login', form, { headers })
    expect(byContract.status).toBe(403)
    const byCode = await client.post('/codes/login', { email: `${username}@example.com`, password })
    expect(byCode.text).not.toContain('pxs_')
    for (const { text } of [byOAuth, byContract, byCode])
      expect(text).not.toMatch(/"access_token"|"refresh_token"|eyJ|pxe_/)
  })

  it('A103: does not let the owner remove the last factor', async () => {
    const { login } = await newOwner()
    const { secret } = await addTotp(server.client, enrolmentOf(await login()), server.clock)
    const { body } = await finish(server.client, await login(), 'totp', await totpCode(secret, server.clock))
    const token = String(body.access_token)
    const factors = await server.client.get('/v1/me/factors', { token })
    const path = `/v1/me/factors/${String(factors.body.data[0].id)}`
    const refused = await server.client.send('DELETE', path, undefined, { token })
    expect([refused.status, refused.body.code]).toEqual([409, 'last_factor'])
    expect((await server.client.get('/v1/me/factors', { token })).body).toEqual(factors.body)
  })

  it('gives a deleted account back before it asks for a factor', async () => {
    const { login, username } = await newOwner()
    const { secret } = await addTotp(server.client, enrolmentOf(await login()), server.clock)
    const { body } = await finish(server.client, await login(), 'totp', await totpCode(secret, server.clock))
    await server.client.send('DELETE', '/v1/me', JSON.stringify({ current_password: password }), {
      token: String(body.access_token),
    })
    expect((await server.client.post('/v1/auth/restore', { username, password })).body.code).toBe(
      'mfa_required',
    )
  })
})

describe.each(engines)('a second factor that some roles require, on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  beforeAll(async () => {
    server = await startTestServer(engine, {
      env: { PROXIMA_SECOND_FACTOR: 'required-for-roles:admin, support' },
    })
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const signIn = (person: Person, mode = 'token') =>
    server.client.post('/v1/auth/token', { user_secret: person.secret, mode })

  it('is not asked of others', async () => {
    const person = await newPerson(server.client)
    expect((await signIn(person)).status).toBe(200)
  })

  it('is asked at once of those who get the role: their sessions are refused until they sign in again', async () => {
    const person = await newPerson(server.client)
    const { body: byCode } = await signIn(person, 'code')
    const { body: byToken } = await signIn(person)
    await services.roleAssignment.add(person.id, 'admin')
    for (const token of [byCode.session_code, byToken.access_token]) {
      const refused = await server.client.me(String(token))
      expect(refused.body).toMatchObject({ code: 'invalid_token' })
      expect(refused.body.detail).toContain('second factor')
    }
    const { refresh_token } = byToken
    const refreshed = await server.client.post('/v1/auth/refresh', { refresh_token })
    expect([refreshed.status, refreshed.body.code]).toEqual([401, 'invalid_token'])
    expect((await signIn(person)).body.code).toBe('factor_enrolment_required')
  })

  it('leaves alone those who lose the role', async () => {
    const person = await newPerson(server.client)
    await services.roleAssignment.add(person.id, 'admin')
    expect((await signIn(person)).status).toBe(403)
    const boss = await newPerson(server.client)
    await services.roleAssignment.add(boss.id, 'admin')
    await services.roleAssignment.remove(person.id, 'admin')
    expect((await signIn(person)).status).toBe(200)
  })
})

describe.each(engines)('no second factor, as the settings say, on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_SECOND_FACTOR: 'off' } })
  })
  afterAll(async () => await server?.close())

  it('is asked of no one, and keeps those that were added', async () => {
    const person = await newPerson(server.client)
    await addTotp(server.client, person.token, server.clock)
    const answer = await server.client.post('/v1/auth/token', { user_secret: person.secret })
    expect(answer.status).toBe(200)
    const factors = await server.client.get('/v1/me/factors', { token: String(answer.body.access_token) })
    expect(factors.body.data).toHaveLength(1)
  })
})
