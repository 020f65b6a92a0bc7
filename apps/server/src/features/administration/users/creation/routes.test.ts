import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newApiKey } from '../../../../../tests/support/api-keys.ts'
import { engines } from '../../../../../tests/support/engines.ts'
import { password } from '../../../../../tests/support/password.ts'
import { newPerson, type Person, signInWith } from '../../../../../tests/support/people.ts'
import { newAdministrator, newRole, personWith } from '../../../../../tests/support/roles.ts'
import { linkTokenSentTo, messagesTo } from '../../../../../tests/support/sent-codes.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import { TestClient } from '../../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'

describe.each(engines)('a user whom an administrator creates on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let admin: Person
  let count = 0
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_REGISTRATION: 'open' } })
    services = openServices(server)
    admin = await newAdministrator(server.client, services)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const create = (body: object, { token } = admin, headers = {}) =>
    server.client.post('/v1/users', body, { token, headers })
  const newAddress = () => {
    count += 1
    return `invited-${count}@example.com`
  }

  const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' }
  /** The OpenAPI document describes no pages. */
  const browser = () => new TestClient(server.url)
  const open = (token: string) => browser().get(`/invitation?token=${encodeURIComponent(token)}`)
  const accept = (token: string, chosen: string = password) =>
    browser().send('POST', '/invitation', new URLSearchParams({ token, password: chosen }).toString(), {
      headers: form,
    })

  it('may have a reserved username and roles, and gets a secret', async () => {
    const role = await newRole(services, ['users:read'])
    const { status, body } = await create({ username: 'support', roles: [role] })
    expect([status, body.username, body.roles]).toEqual([201, 'support', [role, 'user'].sort()])
    expect((await server.client.post('/v1/auth/token', { user_secret: body.user_secret })).status).toBe(200)
  })

  it('I8: gets no password from an administrator, and the answer says what to do instead', async () => {
    const { status, body } = await create({ username: 'moderator', password })
    expect([status, body.errors]).toMatchObject([422, [{ pointer: '/password', code: 'unknown_field' }]])
    expect(body.errors?.[0]?.detail).toContain('"invite": true')
    expect((await server.client.get('/v1/users?q=moderator', { token: admin.token })).body.data).toEqual([])
  })

  it('is answered as it is shown later, with the private details only for those who may see them', async () => {
    const details = { address: ' Moi Avenue 7 ', national_id: '31 22' }
    const { body: created } = await create({ username: 'detailed', ...details })
    const { user_secret: _, ...shown } = created
    expect(shown).toEqual((await server.client.get(`/v1/users/${created.id}`, admin)).body)
    expect(shown).toHaveProperty('address')
    const lead = await personWith(server.client, services, ['users:write', 'users:read'])
    const { body } = await create({ email: newAddress(), invite: true }, lead)
    expect(body).toEqual((await server.client.get(`/v1/users/${body.id}`, lead)).body)
    expect(body).not.toHaveProperty('address')
  })

  it('I6: gets no role that permits more than its creator may do, and no unknown field', async () => {
    const lead = await personWith(server.client, services, ['users:write'])
    for (const roles of [['admin'], [await newRole(services, ['users:delete'])]]) {
      const refused = await create({ username: 'climber', roles }, lead)
      expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])
    }
    expect((await create({ username: 'climber', roles: ['no-such-role'] })).status).toBe(422)
    expect((await create({ username: 'climber', status: 'active' })).status).toBe(422)
    const details = await create({ username: 'climber', national_id: '7' }, lead)
    expect([details.status, details.body.code]).toEqual([403, 'forbidden'])
    expect((await server.client.get('/v1/users?q=climber', { token: admin.token })).body.data).toEqual([])
  })

  it('I6, ASVS 7.5.3: gets roles only from someone who may give them and has just signed in', async () => {
    const lead = await personWith(server.client, services, ['users:write'])
    const refused = await create({ username: 'climber', roles: [lead.role] }, lead)
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('"roles:write"')])
    const { permissions } = await services.roles.grantsOf(services.db, admin.id)
    const { key } = await newApiKey(server.client, admin.token, { permissions })
    const stale = await newAdministrator(server.client, services)
    server.clock.advance(601)
    for (const token of [key, stale.token]) {
      const { status, body } = await create({ username: 'climber', roles: ['admin'] }, { ...stale, token })
      expect([status, body.code]).toEqual([403, 'step_up_required'])
      expect((await create({}, { ...stale, token })).status).toBe(422)
    }
    expect((await create({ username: 'of-a-program' }, { ...stale, token: key })).status).toBe(201)
    admin = { ...admin, ...(await signInWith(server.client, admin.secret)) }
  })

  it('is created once for one idempotency key of one administrator', async () => {
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const first = await create({ username: 'once' }, admin, headers)
    const again = await create({ username: 'once' }, admin, headers)
    expect([again.status, again.body]).toEqual([201, first.body])
    const changed = await create({ username: 'once', roles: ['admin'] }, admin, headers)
    expect(changed.body.errors).toMatchObject([{ code: 'idempotency_key_reused' }])
  })

  it('can be invited: the link sets the password, proves the address, and works once', async () => {
    const email = newAddress()
    const { status, body } = await create({ email, full_name: 'Amina', invite: true })
    expect(status).toBe(201)
    expect(body).toMatchObject({ email_verified: false })
    expect(body).not.toHaveProperty('user_secret')
    const token = await linkTokenSentTo(server.client, email)
    const page = await open(token)
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('name="password"')])
    const weak = await accept(token, 'short')
    expect([weak.status, weak.text]).toEqual([422, expect.stringContaining('role="alert"')])
    expect((await accept(token)).status).toBe(200)
    const login = await server.client.login({ email, password })
    expect([login.status, login.body.user.email_verified]).toEqual([200, true])
    expect((await accept(token)).status).toBe(422)
    expect((await open(token)).status).toBe(422)
  })

  it('A90: is not changed by programs that open the link', async () => {
    const email = newAddress()
    const { body } = await create({ email, invite: true })
    const token = await linkTokenSentTo(server.client, email)
    for (const method of ['GET', 'HEAD', 'GET'])
      expect((await browser().send(method, `/invitation?token=${token}`)).status).toBe(200)
    expect((await server.client.get(`/v1/users/${body.id}`, admin)).body.email_verified).toBe(false)
    expect((await accept(token)).status).toBe(200)
  })

  it('A81: sets one password if the link is used by many at once', async () => {
    const email = newAddress()
    await create({ email, invite: true })
    const token = await linkTokenSentTo(server.client, email)
    const chosen = Array.from({ length: 5 }, (_, index) => `${password} number ${index}`)
    const answers = await Promise.all(chosen.map((each) => accept(token, each)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const logins = await Promise.all(chosen.map((each) => server.client.login({ email, password: each })))
    expect(logins.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('A82: is invited again by a newer link, and the older one no longer works', async () => {
    const email = newAddress()
    const { body } = await create({ email, invite: true })
    const older = await linkTokenSentTo(server.client, email)
    const again = await server.client.send('POST', `/v1/users/${body.id}/invitation`, undefined, admin)
    expect([again.status, again.body]).toEqual([202, { channel: 'email' }])
    const newer = await linkTokenSentTo(server.client, email)
    expect(newer).not.toBe(older)
    expect((await accept(older)).status).toBe(422)
    expect((await accept(newer)).status).toBe(200)
    const late = await server.client.send('POST', `/v1/users/${body.id}/invitation`, undefined, admin)
    expect(late.body.errors).toMatchObject([{ code: 'not_invitable' }])
  })

  it('cannot accept an invitation that has expired, or once the account was suspended or recovered', async () => {
    const [expired, suspended, moved] = [newAddress(), newAddress(), newAddress()]
    const ids: AccountId[] = []
    for (const email of [suspended, moved])
      ids.push((await create({ email, invite: true })).body.id as AccountId)
    const [suspendedLink, movedLink] = [
      await linkTokenSentTo(server.client, suspended),
      await linkTokenSentTo(server.client, moved),
    ]
    const [suspendedId, movedId] = ids as [AccountId, AccountId]
    await services.administration.suspend(suspendedId)
    await services.administration.activate(suspendedId)
    expect((await accept(suspendedLink)).status).toBe(422)
    const patched = await server.client.patch(`/v1/users/${movedId}`, { email: newAddress() }, admin)
    expect(patched.status).toBe(200)
    expect((await accept(movedLink)).status).toBe(422)
    await create({ email: expired, invite: true })
    const link = await linkTokenSentTo(server.client, expired)
    server.clock.advance(72 * 3_600 + 1)
    const late = await accept(link)
    expect([late.status, late.text]).toEqual([422, expect.stringContaining('expired')])
  })

  it('A87: gets a link to the configured address, whatever the request claims', async () => {
    const signedIn = await newAdministrator(server.client, services)
    const email = newAddress()
    const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' }
    await create({ email, invite: true }, signedIn, headers)
    const [message] = await messagesTo(server.client, email)
    expect(message?.text).toContain(`${server.url}/invitation?token=`)
    expect(message?.text).not.toContain('evil')
  })

  it('needs a contact to be invited', async () => {
    const signedIn = await newAdministrator(server.client, services)
    const noContact = await create({ username: 'unreachable', invite: true }, signedIn)
    expect(noContact.body.errors).toMatchObject([{ code: 'contact_needed' }])
  })

  it('cannot be created by someone without the permission', async () => {
    const { token } = await newPerson(server.client)
    expect((await create({ username: 'nobody-does-this' }, { ...admin, token })).status).toBe(403)
  })
})
