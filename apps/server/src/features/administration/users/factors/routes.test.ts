import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { addTotp } from '../../../../../tests/support/factors.ts'
import { newPerson, type Person } from '../../../../../tests/support/people.ts'
import { newAdministrator, personWith } from '../../../../../tests/support/roles.ts'
import { messagesTo } from '../../../../../tests/support/sent-codes.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import { verifyAddresses } from '../../../../../tests/support/verified-addresses.ts'

const reason = 'Ticket 4712'

describe.each(engines)('the second factors of someone else on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let helper: Person
  let count = 0
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
    helper = await personWith(server.client, services, ['users:reset-factors', 'users:read', 'audit:read'])
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  async function newOwner() {
    const email = `owner-of-factors-${++count}@example.com`
    const person = await newPerson(server.client, { email })
    await verifyAddresses(services.db)
    const added = await addTotp(server.client, person.token, server.clock)
    return { ...person, ...added, email, userSecret: person.secret }
  }
  const list = (id: string, by = helper) => server.client.get(`/v1/users/${id}/factors`, by)
  const reset = (id: string, by: Pick<Person, 'token'> = helper, body: object = { reason }) =>
    server.client.send('DELETE', `/v1/users/${id}/factors`, JSON.stringify(body), by)
  const signIn = (user_secret: string) => server.client.post('/v1/auth/token', { user_secret })

  it('are shown to an administrator as their owner sees them', async () => {
    const owner = await newOwner()
    const shown = await list(owner.id)
    expect(shown.body).toEqual((await server.client.get('/v1/me/factors', owner)).body)
    expect(shown.body).toMatchObject({ data: [{ kind: 'totp' }], recovery_codes_left: 10 })
    expect(shown.text).not.toContain(owner.secret)
  })

  it('are removed with the recovery codes, and every session and every waiting sign-in ends', async () => {
    const owner = await newOwner()
    const waiting = await signIn(owner.userSecret)
    const [code = ''] = owner.recoveryCodes
    expect((await reset(owner.id)).status).toBe(204)
    expect((await list(owner.id)).body).toEqual({ data: [], recovery_codes_left: 0 })
    expect((await server.client.me(owner.token)).status).toBe(401)
    const body = { challenge: waiting.body.challenge, factor: 'recovery_code', code }
    expect((await server.client.post('/v1/auth/mfa', body)).body.code).toBe('invalid_token')
    expect((await signIn(owner.userSecret)).status).toBe(200)
  })

  it('leave a reason in the audit trail, and a message to the owner', async () => {
    const owner = await newOwner()
    await reset(owner.id)
    const query = `account_id=${owner.id}&action=factor_reset`
    const { body } = await server.client.get(`/v1/audit-events?${query}`, helper)
    expect(body.data).toMatchObject([{ actor_id: helper.id, method: 'totp', changes: { after: { reason } } }])
    const templates = (await messagesTo(server.client, owner.email)).map(({ template }) => template)
    expect(templates).toContain('factor_removed')
  })

  it('need the permission and a reason, and must be there', async () => {
    const owner = await newOwner()
    const writer = await personWith(server.client, services, ['users:write', 'users:read'])
    expect((await reset(owner.id, writer)).body.code).toBe('forbidden')
    expect((await reset(owner.id, helper, {})).status).toBe(422)
    expect((await list(owner.id)).body.data).toHaveLength(1)
    const without = await newPerson(server.client)
    expect((await reset(without.id)).body.code).toBe('not_found')
  })

  it('A29: are not removed of someone who may do more, and not of oneself', async () => {
    const boss = await newAdministrator(server.client, services)
    await addTotp(server.client, boss.token, server.clock)
    expect((await reset(boss.id)).body.code).toBe('forbidden')
    await addTotp(server.client, helper.token, server.clock)
    expect((await reset(helper.id)).body.code).toBe('forbidden')
    expect((await list(helper.id)).body.data).toHaveLength(1)
  })
})
