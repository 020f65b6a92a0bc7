import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { type Person, signInWith } from '../../../../../tests/support/people.ts'
import { newAdministrator, newRole, personWith } from '../../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import { newId } from '../../../../platform/kernel/ids.ts'

describe.each(engines)('someone who may write roles on $name', (engine) => {
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

  const newName = () => `r-${newId().slice(-12)}`
  const create = (body: object, { token } = admin, headers = {}) =>
    server.client.post('/v1/roles', body, { token, headers })
  const patch = (name: string, body: object, { token } = admin) =>
    server.client.patch(`/v1/roles/${name}`, body, { token })
  const remove = (name: string, { token } = admin) =>
    server.client.send('DELETE', `/v1/roles/${name}`, undefined, { token })
  const may = async ({ token }: Pick<Person, 'token'>) =>
    (await server.client.get('/v1/roles', { token })).status === 200

  it('I6: can neither put into a role nor take out of one what they do not hold', async () => {
    const lead = await personWith(server.client, services, ['roles:read', 'roles:write', 'users:read'])
    const name = newName()
    expect((await create({ name, permissions: ['users:delete'] }, lead)).status).toBe(403)
    expect((await create({ name, permissions: ['moments:publish'] }, lead)).status).toBe(403)
    expect((await create({ name, permissions: ['users:read'] }, lead)).status).toBe(201)
    expect((await patch(name, { permissions: ['users:delete'] }, lead)).status).toBe(403)
    const higher = await newRole(services, ['users:delete'])
    for (const answer of [await patch(higher, { permissions: [] }, lead), await remove(higher, lead)]) {
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden'])
      expect(answer.body.detail).toContain('"users:delete"')
    }
    expect((await remove(name, lead)).status).toBe(204)
  })

  it('I6: cannot change a role of someone who may do more', async () => {
    const lead = await personWith(server.client, services, ['roles:read', 'roles:write', 'users:read'])
    const shared = await newRole(services, ['users:read'])
    await services.roleAssignment.add(admin.id, shared)
    expect((await patch(shared, { permissions: [] }, lead)).status).toBe(200)
    const higher = await personWith(server.client, services, ['users:delete'])
    await services.roleAssignment.add(higher.id, shared)
    expect((await patch(shared, { permissions: ['users:read'] }, lead)).status).toBe(403)
    expect((await remove(shared, lead)).status).toBe(403)
    expect((await remove(shared)).status).toBe(204)
  })

  it('I6: can do nothing any more with a session that is not fresh', async () => {
    const lead = await personWith(server.client, services, ['roles:read', 'roles:write'])
    server.clock.advance(601)
    const answer = await create({ name: newName() }, lead)
    expect([answer.status, answer.body.code]).toEqual([403, 'step_up_required'])
    expect(await may(lead)).toBe(true)
    admin = { ...admin, ...(await signInWith(server.client, admin.secret)) }
  })
})
