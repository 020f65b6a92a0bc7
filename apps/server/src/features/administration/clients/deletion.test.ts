import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { newAdministrator } from '../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

describe.each(engines)('a deleted client on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let admin: string
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
    admin = (await newAdministrator(server.client, services)).token
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const call = (method: string, path: string, body?: object) =>
    server.client.send(method, path, body && JSON.stringify(body), { token: admin })

  it('I2: is not brought back by anyone, nor is a key of its account', async () => {
    const { body } = await call('POST', '/v1/clients', { client_name: 'Reports', roles: ['user'] })
    const id = body['service_account_id'] as AccountId
    expect((await call('POST', `/v1/service-accounts/${id}/api-keys`, { name: 'a' })).status).toBe(201)
    expect((await call('DELETE', `/v1/clients/${body.id}`)).status).toBe(204)
    const suspended = await call('POST', `/v1/users/${id}/suspension`, {})
    expect([suspended.status, suspended.body.code]).toEqual([409, 'already_deleted'])
    expect((await call('DELETE', `/v1/users/${id}/suspension`)).status).toBe(204)
    expect((await call('POST', `/v1/users/${id}/restoration`)).body.code).toBe('not_restorable')
    expect((await services.accounts.get(services.db, id)).status).toBe('deleted')
    const keys = services.db.selectFrom('api_keys').where('account_id', '=', id)
    expect(await keys.selectAll().execute()).toEqual([])
  })
})
