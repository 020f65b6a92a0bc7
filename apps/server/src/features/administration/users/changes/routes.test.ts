import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newApiKey } from '../../../../../tests/support/api-keys.ts'
import { engines } from '../../../../../tests/support/engines.ts'
import { newPerson, type Person } from '../../../../../tests/support/people.ts'
import { newAdministrator, personWith } from '../../../../../tests/support/roles.ts'
import { codeSentTo, messagesTo } from '../../../../../tests/support/sent-codes.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'

describe.each(engines)('a change of the account of someone else on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let admin: Person
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
    admin = await newAdministrator(server.client, services)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const patch = (id: string, body: object, { token } = admin) =>
    server.client.patch(`/v1/users/${id}`, body, { token })

  async function lastChange(id: Person['id']) {
    const events = await services.audit.list(services.db, id, { after: null, limit: 100 })
    return events.findLast(({ action }) => action === 'user_change')
  }

  it('changes what it names, and is found by it', async () => {
    const person = await newPerson(server.client, { username: 'amina', full_name: 'Amina' })
    const { status, body } = await patch(person.id, { full_name: 'Wanjiku', locale: 'sw_KE' })
    expect([status, body.full_name, body.locale]).toEqual([200, 'Wanjiku', 'sw-KE'])
    const found = await server.client.get('/v1/users?q=wanj', admin)
    expect(found.body.data).toMatchObject([{ id: person.id }])
    expect((await lastChange(person.id))?.changes).toEqual({
      before: { full_name: 'Amina', locale: null },
      after: { full_name: 'Wanjiku', locale: 'sw-KE' },
    })
    expect((await server.client.me(person.token)).status).toBe(200)
  })

  it('of a contact ends every session and key, notifies the old contact, and sends the new one a code', async () => {
    const person = await newPerson(server.client, { username: 'baraka', email: 'b@example.com' })
    await services.contactMarking.markVerified(person.id, 'email')
    const { key } = await newApiKey(server.client, person.token)
    const { body } = await patch(person.id, { email: 'B.New@example.com' })
    expect((await server.client.me(key)).status).toBe(401)
    expect(body).toMatchObject({ email: 'B.New@example.com', email_verified: false })
    expect((await server.client.me(person.token)).status).toBe(401)
    expect((await messagesTo(server.client, 'b@example.com'))[0]?.template).toBe('contact_changed')
    const code = await codeSentTo(server.client, 'B.New@example.com')
    const login = await server.client.post('/v1/auth/token', { user_secret: person.secret })
    const confirm = { channel: 'email', code }
    const confirmed = await server.client.post('/v1/me/verification/confirm', confirm, {
      token: login.body.access_token,
    })
    expect(confirmed.status).toBe(200)
    expect((await lastChange(person.id))?.changes).toEqual({
      before: { email: 'b@example.com' },
      after: { email: 'B.New@example.com' },
    })
  })

  it('that only writes a contact anew leaves it confirmed', async () => {
    const person = await newPerson(server.client, { email: 'chebet@example.com' })
    await services.contactMarking.markVerified(person.id, 'email')
    const { body } = await patch(person.id, { email: 'Chebet@Example.com' })
    expect(body).toMatchObject({ email: 'Chebet@Example.com', email_verified: true })
  })

  it('I7: gives a service no identifier with which someone could recover it', async () => {
    const { id } = await services.serviceAccounts.create('Reports', noRequest)
    for (const body of [
      { email: 'taken-over@example.com' },
      { phone_number: '+254712345678' },
      { username: 'reports' },
    ])
      expect((await patch(id, body)).body.code).toBe('service_account')
  })

  it('cannot give the identifier of another account, or take the last one', async () => {
    const [one, other] = [
      await newPerson(server.client, { username: 'daudi', email: 'daudi@example.com' }),
      await newPerson(server.client, { email: 'eunice@example.com' }),
    ]
    expect((await patch(other.id, { email: 'DAUDI@example.com' })).body.code).toBe('email_taken')
    expect((await patch(other.id, { username: 'Daudi' })).body.code).toBe('username_taken')
    expect((await patch(other.id, { email: null })).body.errors).toMatchObject([
      { code: 'identifier_needed' },
    ])
    expect((await patch(one.id, { email: null })).body).toMatchObject({ email: null, username: 'daudi' })
    expect((await patch(other.id, { email: 'not an address' })).body.errors).toMatchObject([
      { pointer: '/email' },
    ])
    expect((await patch(other.id, { username: 'support' })).body.username).toBe('support')
  })

  it('of private details needs their permission, and the trail does not show them', async () => {
    const person = await newPerson(server.client)
    const lead = await personWith(server.client, services, ['users:write', 'users:read'])
    const refused = await patch(person.id, { national_id: '12345' }, lead)
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])
    expect((await patch(person.id, { national_id: '12345' })).body.national_id).toBe('12345')
    const event = await lastChange(person.id)
    expect(event?.changes).toEqual({
      before: { national_id: '(hidden)' },
      after: { national_id: '(hidden)' },
    })
    expect((await patch(person.id, { full_name: 'X' }, lead)).text).not.toContain('12345')
  })

  it('A02: takes no status, no role and no mark of verification', async () => {
    const person = await newPerson(server.client)
    for (const field of ['status', 'roles', 'email_verified', 'id', 'created_at', 'kind', 'password'])
      expect((await patch(person.id, { [field]: 'x' })).status, field).toBe(422)
  })
})
