import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../../../../tests/support/audit-events.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { basic, newClient, type OAuthClient, postForm } from '../../../../tests/support/oauth.ts'
import { password } from '../../../../tests/support/password.ts'
import { loginWith, newPerson } from '../../../../tests/support/people.ts'
import { newAdministrator } from '../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { operator } from '../../authorization/roles/model.ts'

const both = { grant_types: ['password', 'refresh_token'] }

describe.each(engines)('the old grants for people on $name', (engine) => {
  let first: TestServer
  let server: TestServer
  let services: OwnServices
  let admin: string
  let app: OAuthClient
  let publicApp: OAuthClient
  let unlisted: OAuthClient
  let once: OAuthClient
  let full: OAuthClient
  beforeAll(async () => {
    const clock = FrozenClock.atWholeSecond()
    // The ids of the clients are known only once there is a server.
    first = await startTestServer(engine, { clock })
    services = openServices(first)
    admin = (await newAdministrator(first.client, services)).token
    const chief = await first.client.register({ username: 'the-administrator', password })
    await services.roleAssignment.add(chief.body.id as AccountId, 'admin')
    app = await newClient(first.client, admin, both)
    publicApp = await newClient(first.client, admin, { ...both, token_endpoint_auth_method: 'none' })
    unlisted = await newClient(first.client, admin, both)
    full = await newClient(first.client, admin, { ...both, scope: 'clients:write' })
    once = await newClient(first.client, admin, { grant_types: ['password'] })
    const env = { PROXIMA_LIMITS: 'on', PROXIMA_PASSWORD_CLIENTS: `proxima, ${app.id},${publicApp.id}` }
    server = await startTestServer(engine, { databaseUrl: first.databaseUrl, clock, env })
    await server.client.register({ username: 'amina', email: 'amina@example.com', password })
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
    await first?.close()
  })

  const token = (parameters: object, client: OAuthClient | null = null) =>
    postForm(
      server.client,
      '/oauth/token',
      { ...parameters },
      client === null ? {} : { authorization: basic(client) },
    )
  const signIn = (client: OAuthClient | null = null, others: object = {}) =>
    token({ grant_type: 'password', username: 'amina', password, ...others }, client)
  const refresh = (refresh_token: string, client: OAuthClient | null = null, others: object = {}) =>
    token({ grant_type: 'refresh_token', refresh_token, ...others }, client)

  describe('password', () => {
    it('signs people in without a client if the operator lists proxima, as POST /v1/auth/login does', async () => {
      const { status, body, headers } = await signIn()
      expect(status).toBe(200)
      expect(body).toEqual({
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 900,
        refresh_token: expect.stringMatching(/^pxr_/),
      })
      expect(headers.get('cache-control')).toBe('no-store')
      expect(decodeJwt(body.access_token)).toMatchObject({ client_id: 'proxima', amr: ['pwd'] })
      expect((await server.client.me(body.access_token)).body.username).toBe('amina')
      const refreshed = await server.client.post('/v1/auth/refresh', { refresh_token: body.refresh_token })
      expect(refreshed.status).toBe(200)
    })

    it('takes any identifier, and a client with or without a secret', async () => {
      expect((await signIn(app, { username: 'amina@example.com' })).status).toBe(200)
      const { body } = await signIn(null, { client_id: publicApp.id })
      expect(decodeJwt(body.access_token)).toMatchObject({ client_id: publicApp.id })
      expect((await server.client.me(body.access_token)).body.username).toBe('amina')
    })

    it('says in every answer that the grant is deprecated', async () => {
      for (const answer of [await signIn(), await signIn(null, { password: 'wrong' })]) {
        expect(answer.headers.get('deprecation')).toMatch(/^@\d+$/)
        expect(answer.headers.get('link')).toMatch(/rel="deprecation"/)
      }
      const other = await token({ grant_type: 'client_credentials' })
      expect(other.headers.get('deprecation')).toBeNull()
    })

    it('is refused to clients that the operator has not listed, and on a server that lists none', async () => {
      expect((await signIn(unlisted)).body.error).toBe('unauthorized_client')
      const form = { grant_type: 'password', username: 'amina', password }
      expect((await postForm(first.client, '/oauth/token', form)).body.error).toBe('unauthorized_client')
      const asApp = await postForm(first.client, '/oauth/token', form, { authorization: basic(app) })
      expect(asApp.body.error).toBe('unauthorized_client')
    })

    it('A34: answers alike to a wrong password, an unknown person and a suspended one', async () => {
      const { body } = await server.client.register({ username: 'baraka', password })
      await services.administration.suspend(body.id as AccountId)
      const answers = [
        await signIn(null, { password: 'wrong' }),
        await signIn(null, { username: 'nobody' }),
        await signIn(null, { username: 'baraka' }),
      ]
      for (const { status, text, body: answer } of answers) {
        expect([status, answer.error]).toEqual([400, 'invalid_grant'])
        expect(text).toBe(answers[0]?.text)
      }
    })

    it('A38: counts wrong passwords with those of the login', async () => {
      await server.client.register({ username: 'chiku', password })
      for (let tries = 0; tries < 12; tries++) await signIn(null, { username: 'chiku', password: 'wrong' })
      const right = { username: 'chiku', password }
      expect([400, 429]).toContain((await signIn(null, right)).status)
      expect([401, 429]).toContain((await server.client.login(right)).status)
      server.clock.advance(3_600)
      expect((await signIn(null, right)).status).toBe(200)
    })

    it('leaves the same event as a login', async () => {
      const { body } = await signIn(app)
      const { sid, sub } = decodeJwt<{ sid: string }>(body.access_token)
      const events = (await readEvents(server.databaseUrl)).filter(({ session_id: id }) => id === sid)
      expect(events).toMatchObject([{ action: 'sign_in', account_id: sub, method: 'password' }])
    })

    it('needs both parameters', async () => {
      for (const missing of [{ username: '' }, { password: '' }])
        expect((await signIn(null, missing)).body.error).toBe('invalid_request')
    })

    it('I6, I8: never counts as fresh for a client: no one makes a lasting credential with its token', async () => {
      const asChief = { username: 'the-administrator' }
      const { access_token: own } = (await signIn(app, asChief)).body
      const key = { name: 'Wider', permissions: ['clients:write'] }
      const calls = [
        server.client.post('/v1/me/api-keys', key, { token: own }),
        server.client.get('/v1/me/export', { token: own }),
      ]
      for (const { status, body } of await Promise.all(calls))
        expect([status, body.code]).toEqual([403, 'step_up_required'])
      const { databaseUrl, clock } = first
      const env = { PROXIMA_PASSWORD_CLIENTS: full.id }
      const other = await startTestServer(engine, { databaseUrl, clock, env })
      const form = { grant_type: 'password', password, ...asChief }
      const { body } = await postForm(other.client, '/oauth/token', form, { authorization: basic(full) })
      const created = await other.client.post(
        '/v1/clients',
        { client_name: 'X' },
        { token: body.access_token },
      )
      await other.close()
      expect([created.status, created.body.code]).toEqual([403, 'step_up_required'])
    })

    it('I6: gives a client no permission of the person that the client may not have', async () => {
      const { body: chief } = await server.client.login({ username: 'the-administrator', password })
      expect(chief.user.roles).toContain('admin')
      const asChief = { username: 'the-administrator' }
      const { access_token: narrow } = (await signIn(app, asChief)).body
      expect((await server.client.get('/v1/clients', { token: narrow })).status).toBe(403)
      expect((await server.client.me(narrow)).status).toBe(200)
      const { access_token: full } = (await signIn(null, asChief)).body
      expect((await server.client.get('/v1/clients', { token: full })).status).toBe(200)
      expect((await signIn(app, { ...asChief, scope: 'clients:read' })).body.error).toBe('invalid_scope')
    })
  })

  describe('refresh_token', () => {
    it('replaces the token, and gives the same successor to an answer that was lost', async () => {
      const { refresh_token: given } = (await signIn(app)).body
      const next = await refresh(given, app)
      expect(next.status).toBe(200)
      expect(next.body).toMatchObject({ token_type: 'Bearer', refresh_token: expect.stringMatching(/^pxr_/) })
      expect((await refresh(given, app)).body.refresh_token).toBe(next.body.refresh_token)
      expect((await refresh(next.body.refresh_token, app)).status).toBe(200)
    })

    it('A79: ends the session if a replaced token is used again later', async () => {
      const { refresh_token: given, access_token: own } = (await signIn(app)).body
      const { refresh_token: next } = (await refresh(given, app)).body
      server.clock.advance(11)
      expect((await refresh(given, app)).body.error).toBe('invalid_grant')
      expect((await refresh(next, app)).body.error).toBe('invalid_grant')
      expect((await server.client.me(own)).status).toBe(401)
    })

    it('A80: is refused to every other client, and then still works for its own', async () => {
      const { refresh_token: given } = (await signIn(app)).body
      expect((await refresh(given, unlisted)).body.error).toBe('invalid_grant')
      expect((await refresh(given)).body.error).toBe('invalid_grant')
      expect((await refresh(given, null, { client_id: publicApp.id })).body.error).toBe('invalid_grant')
      const native = await server.client.post('/v1/auth/refresh', { refresh_token: given })
      expect([native.status, native.body.code]).toEqual([401, 'invalid_token'])
      expect((await refresh(given, app)).status).toBe(200)
    })

    it('A80: of someone who signed in to Proxima is refused to every client', async () => {
      const person = await newPerson(server.client)
      const { refresh_token: own } = await loginWith(server.client, person.secret)
      expect((await refresh(own, app)).body.error).toBe('invalid_grant')
      const { status, body } = await refresh(own)
      expect([status, body.token_type]).toEqual([200, 'Bearer'])
    })

    it('A80: is refused with more permissions than the session has', async () => {
      const { refresh_token: given } = (await signIn(app)).body
      expect((await refresh(given, app, { scope: 'users:read' })).body.error).toBe('invalid_scope')
      expect((await refresh(given, app)).status).toBe(200)
    })

    it('A80: is refused after the account is suspended, and for nonsense', async () => {
      await server.client.register({ username: 'dalila', password })
      const { refresh_token: given, access_token: own } = (await signIn(app, { username: 'dalila' })).body
      await services.administration.suspend((await server.client.me(own)).body.id as AccountId)
      for (const text of [given, 'pxr_x', 'x', own])
        expect((await refresh(text, app)).body.error).toBe('invalid_grant')
      expect((await token({ grant_type: 'refresh_token' }, app)).body.error).toBe('invalid_request')
    })

    it('is not given to a client without this grant, whose session ends with its access token', async () => {
      const env = { PROXIMA_PASSWORD_CLIENTS: once.id }
      const { databaseUrl, clock } = first
      const other = await startTestServer(engine, { databaseUrl, clock, env })
      const form = { grant_type: 'password', username: 'amina', password }
      const { body } = await postForm(other.client, '/oauth/token', form, { authorization: basic(once) })
      await other.close()
      expect(body.refresh_token).toBeUndefined()
      server.clock.advance(900)
      const { sid } = decodeJwt<{ sid: string }>(body.access_token)
      await expect(services.sessions.principal(sid as never)).rejects.toMatchObject({
        problem: { code: 'invalid_token' },
      })
    })
  })

  it('I2: the sessions of people end with the client that got them', async () => {
    const { access_token: own, refresh_token: given } = (await signIn(app)).body
    expect((await server.client.me(own)).status).toBe(200)
    await services.clientAdministration.delete(app.id, operator)
    expect((await server.client.me(own)).status).toBe(401)
    expect((await refresh(given, app)).body.error).toBe('invalid_client')
    const left = await services.db
      .selectFrom('sessions')
      .selectAll()
      .where('client_id', '=', app.id)
      .execute()
    expect(left).toEqual([])
    const { sid } = decodeJwt<{ sid: string }>(own)
    const revoked = await services.db
      .selectFrom('revocations')
      .selectAll()
      .where('session_id', '=', sid as never)
      .execute()
    expect(revoked).toHaveLength(1)
  })
})
