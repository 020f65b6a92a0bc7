import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson, type Person } from '../../../../tests/support/people.ts'
import { newAdministrator, newRole, personWith } from '../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { newId } from '../../../platform/kernel/ids.ts'

describe.each(engines)('the roles of an account on $name', (engine) => {
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

  const assign = (id: string, roles: unknown, { token } = admin) =>
    server.client.put(`/v1/users/${id}/roles`, { roles }, { token })

  it('are replaced, and the owner has them at once', async () => {
    const person = await newPerson(server.client)
    const role = await newRole(services, ['roles:read'])
    const { status, body } = await assign(person.id, ['user', role, role])
    expect([status, body.id, body.roles]).toEqual([200, person.id, [role, 'user']])
    expect((await server.client.get('/v1/roles', { token: person.token })).status).toBe(200)
    expect((await assign(person.id, [])).body.roles).toEqual([])
    expect((await server.client.get('/v1/roles', { token: person.token })).status).toBe(403)
  })

  it('A33: belong to an account that exists, and every other id gets the same answer', async () => {
    for (const id of [newId(), '0', '-1', 'me', 'x'.repeat(100), '%00'])
      expect((await assign(id, ['user'])).body.code, id).toBe('not_found')
  })

  it('exist, and are at most twenty', async () => {
    const { id } = await newPerson(server.client)
    const unknown = await assign(id, ['user', 'no-such-role'])
    expect(unknown.body.errors).toMatchObject([{ pointer: '/roles', code: 'unknown' }])
    for (const role of ['\u0000', '😀', 'Admin', ''])
      expect((await assign(id, [role])).body.errors, role).toMatchObject([{ code: 'unknown' }])
    expect(
      (
        await assign(
          id,
          Array.from({ length: 21 }, (_, at) => `r${at}`),
        )
      ).status,
    ).toBe(422)
    expect((await assign(id, 'admin')).status).toBe(422)
    expect((await assign(id, [{ name: 'admin' }])).status).toBe(422)
  })

  it('I6: cannot be given by someone who does not hold what they permit', async () => {
    const lead = await personWith(server.client, services, ['roles:write', 'users:read'])
    const person = await newPerson(server.client)
    const lower = await newRole(services, ['users:read'])
    const higher = await newRole(services, ['users:read', 'users:delete'])
    expect((await assign(person.id, ['user', lower], lead)).status).toBe(200)
    for (const role of [higher, 'admin']) {
      const { status, body } = await assign(person.id, ['user', role], lead)
      expect([status, body.code]).toEqual([403, 'forbidden'])
      expect((await assign(lead.id, [role, lead.role], lead)).status).toBe(403)
    }
    expect(await services.roles.rolesOf(services.db, person.id)).toEqual([lower, 'user'].sort())
  })

  it('cannot be taken by someone who may do less than their owner, but by an equal', async () => {
    const lead = await personWith(server.client, services, ['roles:write', 'users:read'])
    const equal = await personWith(server.client, services, ['roles:write', 'users:read'])
    const higher = await personWith(server.client, services, ['users:delete'])
    expect((await assign(higher.id, ['user'], lead)).status).toBe(403)
    expect((await assign(admin.id, ['user'], lead)).status).toBe(403)
    expect((await assign(equal.id, ['user'], lead)).status).toBe(200)
    expect((await assign(lead.id, ['user'], equal)).status).toBe(403)
  })

  it('of the last administrator stay', async () => {
    const answer = await assign(admin.id, ['user'])
    expect([answer.status, answer.body.code]).toEqual([409, 'last_administrator'])
    const other = await newAdministrator(server.client, services)
    await services.administration.suspend(other.id)
    expect((await assign(admin.id, ['user'])).body.code).toBe('last_administrator')
    await services.administration.activate(other.id)
    expect((await assign(other.id, ['user'])).status).toBe(200)
    expect((await assign(admin.id, ['admin'])).body.roles).toEqual(['admin'])
  })

  it('are for someone with the permission and a fresh session', async () => {
    const person = await personWith(server.client, services, ['users:read', 'users:write'])
    expect((await assign(person.id, ['admin'], person)).body.code).toBe('forbidden')
    const lead = await personWith(server.client, services, ['roles:write'])
    server.clock.advance(601)
    expect((await assign(person.id, ['user'], lead)).body.code).toBe('step_up_required')
  })
})
