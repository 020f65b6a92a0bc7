import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, sqlite } from '../../../../../tests/support/engines.ts'
import { loginWith, newPerson, type Person } from '../../../../../tests/support/people.ts'
import { newAdministrator, personWith } from '../../../../../tests/support/roles.ts'
import { withRoutes } from '../../../../../tests/support/routes.ts'
import { messagesTo } from '../../../../../tests/support/sent-codes.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import type { Answer } from '../../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import { operator } from '../../../authorization/roles/model.ts'

const reason = 'Ticket 4711'

describe.each(engines)('seeing an account as its owner does, on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let helper: Person
  let amina: Person
  const email = 'amina@example.com'
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
    helper = await personWith(server.client, services, ['users:impersonate', 'audit:read'])
    amina = await newPerson(server.client, { username: 'amina', email, address: 'Moi Avenue 1' })
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const start = (id: string = amina.id, by: Pick<Person, 'token'> = helper): Promise<Answer> =>
    server.client.post(`/v1/users/${id}/impersonation`, { reason }, by)
  const stop = (session: { readonly token: string }): Promise<Answer> =>
    server.client.send('DELETE', '/v1/me/impersonation', undefined, session)
  async function tokenOf(answer: Promise<Answer>): Promise<{ readonly token: string }> {
    return { token: (await answer).body.access_token }
  }
  const eventsOf = async (query: string) =>
    (await server.client.get(`/v1/audit-events?${query}`, helper)).body.data as object[]

  it('shows what the owner sees, but nothing private, and the token names both', async () => {
    const { body, status } = await start()
    expect(status).toBe(200)
    expect(decodeJwt(String(body.access_token))).toMatchObject({
      ...{ sub: amina.id, act: { sub: helper.id }, roles: [], permissions: [], exp: expect.any(Number) },
      // The audience of no service: there, whoever has the token could change things as the owner (I6).
      aud: 'urn:proxima:impersonation',
    })
    const me = await server.client.get('/v1/me', { token: body.access_token })
    expect(me.body).toMatchObject({ id: amina.id, email, address: null, roles: [] })
    const sessions = await server.client.get('/v1/me/sessions', amina)
    expect(sessions.body.data).toHaveLength(1)
  })

  it('is in the audit trail with the reason and with both ids, and the owner is notified', async () => {
    const { body } = await start()
    const seen = { account_id: amina.id, actor_id: helper.id, session_id: body.session_id }
    const [started] = await eventsOf(`account_id=${amina.id}&action=impersonation_start`)
    expect(started).toMatchObject({ ...seen, changes: { after: { reason } } })
    const token = { token: body.access_token }
    expect((await stop(token)).status).toBe(204)
    const [ended] = await eventsOf(`account_id=${amina.id}&action=impersonation_end`)
    expect(ended).toMatchObject({ ...seen, credential_id: body.session_id })
    expect((await messagesTo(server.client, email)).map(({ template }) => template)).toContain(
      'account_viewed',
    )
  })

  it('ends when it is stopped, after its time, and when the administrator loses the permission (I2)', async () => {
    const read = async (session: { token: string }) => (await server.client.get('/v1/me', session)).status
    const stopped = await tokenOf(start())
    expect(await read(stopped)).toBe(200)
    await stop(stopped)
    expect(await read(stopped)).toBe(401)
    const other = await personWith(server.client, services, ['users:impersonate'])
    const lost = await tokenOf(start(amina.id, other))
    expect(await read(lost)).toBe(200)
    await services.roleAssignment.assign(other.id, ['user'], operator)
    expect(await read(lost)).toBe(401)
    const old = await tokenOf(start())
    server.clock.advance(900)
    expect(await read(old)).toBe(401)
    helper = { ...helper, ...(await newPersonAgain()) }
  })

  it('A55: ends with the session of the administrator in which it began', async () => {
    const read = async (session: { token: string }) => (await server.client.get('/v1/me', session)).status
    const other = await personWith(server.client, services, ['users:impersonate'])
    const thief = { token: (await loginWith(server.client, other.secret)).access_token }
    const [stolen, own] = [await tokenOf(start(amina.id, thief)), await tokenOf(start(amina.id, other))]
    expect([await read(stolen), await read(own)]).toEqual([200, 200])
    await server.client.send('DELETE', '/v1/me/sessions', undefined, other)
    expect([await read(stolen), await read(own)]).toEqual([401, 200])
    await server.client.post('/v1/auth/logout', {}, other)
    expect(await read(own)).toBe(401)
  })

  /** Signs the administrator in again, because the session is no longer fresh. */
  async function newPersonAgain() {
    const { body } = await server.client.post('/v1/auth/token', { user_secret: helper.secret })
    return { token: body.access_token as string }
  }

  it('needs the permission, a reason and a recent sign-in', async () => {
    const stranger = await newPerson(server.client)
    expect((await start(amina.id, stranger)).status).toBe(403)
    const without = await server.client.post(`/v1/users/${amina.id}/impersonation`, {}, helper)
    expect(without.status).toBe(422)
    expect((await stop(stranger)).body.code).toBe('not_impersonating')
  })

  it('A29: is refused for someone who may do more, for oneself, and for who cannot sign in', async () => {
    const boss = await newPerson(server.client)
    await services.roleAssignment.add(boss.id, 'admin')
    expect((await start(boss.id)).body.code).toBe('forbidden')
    expect((await start(helper.id)).body.code).toBe('cannot_impersonate')
    const suspended = await newPerson(server.client)
    await services.administration.suspend(suspended.id)
    expect((await start(suspended.id)).body.code).toBe('cannot_impersonate')
    // Nobody gets further from there.
    const inside = await tokenOf(start())
    expect((await start(boss.id, inside)).body.code).toBe('impersonation_forbidden')
  })
})

/** The calls that such a session may make. Everything else is refused, so a new route is closed until it is listed here. */
const open = [
  'DELETE /v1/me/impersonation',
  'GET /account',
  'GET /account/contacts',
  'GET /account/profile',
  'GET /account/sessions',
  'GET /sign-in',
  'GET /sign-out',
  'GET /sign-up',
  'GET /v1/me',
  'GET /v1/me/permissions',
  'GET /v1/me/profile',
  'GET /v1/me/profile/image',
  'GET /v1/me/sessions',
  'POST /account/viewing/stop',
  'POST /sign-out',
  'POST /v1/auth/logout',
]

describe('a session in which an administrator sees an account as its owner does', () => {
  it('I6, I8: may make the calls that are listed, and no other of all routes', async () => {
    const { server, routes } = await withRoutes(() => startTestServer(sqlite))
    const services = openServices(server)
    const admin = await newAdministrator(server.client, services)
    const amina = await newPerson(server.client)
    // The code of a cookie, because some calls take nothing else.
    const codeNow = async () => {
      const body = { reason, mode: 'cookie' }
      const { headers } = await server.client.post(`/v1/users/${amina.id}/impersonation`, body, admin)
      return /__Host-proxima=([^;]+)/.exec(headers.get('set-cookie') ?? '')?.[1] ?? ''
    }
    const guarded = routes.filter(
      ({ access }) => !['public', 'client', 'metrics', 'webhook'].includes(String(access)),
    )
    const allowed: string[] = []
    for (const { method, path: pattern } of guarded) {
      if (method === 'HEAD') continue
      const path = pattern.replace(/:[a-z_]+/g, amina.id)
      const headers = { authorization: `Bearer ${await codeNow()}`, 'content-type': 'application/json' }
      const body = method === 'GET' ? null : '{}'
      const answer = await fetch(server.url + path, { method, headers, body, redirect: 'manual' })
      const text = await answer.text()
      // A page says it in words.
      const isRefused =
        answer.status === 403 && (text.startsWith('<') || text.includes('impersonation_forbidden'))
      if (!isRefused) allowed.push(`${method} ${pattern}`)
    }
    expect(allowed.sort()).toEqual(open)
    await services.close()
    await server.close()
  })
})
