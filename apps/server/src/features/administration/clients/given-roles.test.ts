import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../../tests/support/engines.ts'
import { newRole, personWith } from '../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

describe('the roles of a new client', () => {
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

  const create = (roles: readonly string[], token: string) =>
    server.client.post('/v1/clients', { client_name: 'Reports', roles }, { token })

  it('I6: need "roles:write", even if they permit nothing here', async () => {
    const vip = await newRole(services)
    const programmer = await personWith(server.client, services, ['clients:write'])
    for (const role of [vip, programmer.role, 'admin', 'no-such-role']) {
      const { status, body } = await create([role], programmer.token)
      expect([status, body.detail]).toEqual([403, expect.stringContaining('"roles:write"')])
    }
    expect((await create([], programmer.token)).status).toBe(201)
    const lead = await personWith(server.client, services, ['clients:write', 'roles:write'])
    expect((await create([vip, lead.role], lead.token)).status).toBe(201)
    expect((await create(['admin'], lead.token)).status).toBe(403)
  })
})
