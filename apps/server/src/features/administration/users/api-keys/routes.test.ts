import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newApiKey } from '../../../../../tests/support/api-keys.ts'
import { sqlite } from '../../../../../tests/support/engines.ts'
import { newPerson } from '../../../../../tests/support/people.ts'
import { newAdministrator, personWith } from '../../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'

describe('the API keys of someone else', () => {
  let server: TestServer
  let services: OwnServices
  beforeAll(async () => {
    server = await startTestServer(sqlite)
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const keysOf = (id: string, token: string) => server.client.get(`/v1/users/${id}/api-keys`, { token })
  const revoke = (id: string, key: string, token: string) =>
    server.client.send('DELETE', `/v1/users/${id}/api-keys/${key}`, undefined, { token })

  it('are listed without secrets and revoked, which is recorded with who did it', async () => {
    const { client } = server
    const support = await personWith(client, services, ['users:read', 'users:write'])
    const owner = await newPerson(client)
    const { id, key } = await newApiKey(client, owner.token)
    const { status, body } = await keysOf(owner.id, support.token)
    expect([status, body.data]).toMatchObject([200, [{ id, name: expect.any(String) }]])
    expect(JSON.stringify(body)).not.toContain(key)
    expect((await client.me(key)).status).toBe(200)
    expect((await revoke(owner.id, id, support.token)).status).toBe(204)
    expect((await client.me(key)).status).toBe(401)
    expect((await revoke(owner.id, id, support.token)).status).toBe(404)
    const events = services.db.selectFrom('audit_events').selectAll()
    const event = await events.where('action', '=', 'api_key_revocation').executeTakeFirst()
    expect(event).toMatchObject({ account_id: owner.id, actor_id: support.id, target: `api_key:${id}` })
  })

  it('A33, ASVS 8.2.2: need the permission, the rank, and the right account', async () => {
    const { client } = server
    const admin = await newAdministrator(client, services)
    const { id, key } = await newApiKey(client, admin.token)
    const reader = await personWith(client, services, ['users:read'])
    const support = await personWith(client, services, ['users:read', 'users:write'])
    expect((await keysOf(admin.id, (await newPerson(client)).token)).status).toBe(403)
    expect((await revoke(admin.id, id, reader.token)).status).toBe(403)
    expect((await revoke(admin.id, id, support.token)).status).toBe(403)
    expect((await revoke(reader.id, id, support.token)).status).toBe(404)
    expect((await keysOf('nothing-has-this-id', support.token)).status).toBe(404)
    expect((await client.me(key)).status).toBe(200)
  })
})
