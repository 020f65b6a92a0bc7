import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { type Person, signInWith } from '../../../../../tests/support/people.ts'
import { newAdministrator, newRole, personWith } from '../../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import { newId } from '../../../../platform/kernel/ids.ts'
import { ownPermissions } from '../../../../platform/kernel/permission.ts'
import { operator, permissionsOfApplicationsMax, permissionsOfRoleMax } from '../model.ts'

interface ShownRole {
  readonly name: string
  readonly permissions: readonly string[]
}

interface RolePage {
  readonly data: readonly ShownRole[]
  readonly next_cursor: string | null
}

describe.each(engines)('the roles on $name', (engine) => {
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
  const get = (name: string) => server.client.get(`/v1/roles/${name}`, { token: admin.token })
  const may = async ({ token }: Pick<Person, 'token'>) =>
    (await server.client.get('/v1/roles', { token })).status === 200

  it('are user and admin at first, and admin holds every permission', async () => {
    const [listed, one] = [
      await server.client.get('/v1/roles?limit=2', { token: admin.token }),
      await get('admin'),
    ]
    expect(listed.status).toBe(200)
    expect(listed.body.data[0]).toEqual(one.body)
    expect(one.body).toMatchObject({ name: 'admin', is_built_in: true })
    expect(one.body.permissions).toEqual(expect.arrayContaining([...ownPermissions]))
    expect((await get('user')).body).toMatchObject({ permissions: [], is_built_in: true })
  })

  it('are created, shown, changed and deleted, with their fields as they were given', async () => {
    const name = newName()
    const body = {
      name,
      description: 'Answers questions 🙂',
      permissions: ['users:read', 'audit:read', 'users:read'],
    }
    const created = await create(body)
    expect([created.status, created.body]).toEqual([
      201,
      {
        name,
        description: 'Answers questions 🙂',
        permissions: ['audit:read', 'users:read'],
        is_built_in: false,
        created_at: expect.any(String),
        updated_at: created.body.created_at,
      },
    ])
    expect((await get(name)).body).toEqual(created.body)
    server.clock.advance(1)
    const changed = await patch(name, { permissions: ['users:read'] })
    expect(changed.body).toMatchObject({ description: body.description, permissions: ['users:read'] })
    expect(changed.body.updated_at).not.toBe(created.body.updated_at)
    expect((await patch(name, { description: null })).body.description).toBeNull()
    expect((await remove(name)).status).toBe(204)
    expect((await get(name)).body.code).toBe('not_found')
    expect((await remove(name)).body.code).toBe('not_found')
    expect((await patch(name, {})).body.code).toBe('not_found')
    for (const text of ['%00', '%F0%9F%98%80', 'x'.repeat(100), "'%20or%201=1"])
      for (const answer of [await get(text), await patch(text, {}), await remove(text)])
        expect(answer.body.code, text).toBe('not_found')
  })

  it('are listed by name in pages, and a forged cursor is refused', async () => {
    for (let count = 0; count < 3; count++) await newRole(services)
    const names: string[] = []
    let query = '?limit=2'
    while (query !== '') {
      const answer = await server.client.get(`/v1/roles${query}`, { token: admin.token })
      const body = answer.body as RolePage
      names.push(...body.data.map(({ name }) => name))
      query = body.next_cursor === null ? '' : `?limit=2&cursor=${body.next_cursor}`
    }
    expect(names).toEqual([...new Set(names)].sort())
    expect(names).toEqual(expect.arrayContaining(['admin', 'user']))
    const forged = await server.client.get('/v1/roles?cursor=admin', { token: admin.token })
    expect(forged.status).toBe(422)
  })

  it('have exact names and permissions, and every fault is named at once', async () => {
    for (const name of ['', 'Support', 'a b', '1st', 'rôle', 'a'.repeat(33), 'a\u0000'])
      expect((await create({ name })).body.errors, name).toMatchObject([{ pointer: '/name' }])
    const refused = [
      'users',
      'users:',
      ':read',
      'users:reed',
      'roles:delete',
      'A:b',
      'a:b:c',
      '*',
      'a:*',
      'a: b',
    ]
    const answer = await create({ name: newName(), permissions: ['moments:publish', ...refused] })
    const { errors } = answer.body as {
      readonly errors: readonly { readonly pointer: string; readonly detail: string }[]
    }
    const misspelt = errors[refused.indexOf('users:reed')]
    expect(misspelt?.detail).toContain('users:read')
    expect(misspelt?.detail).not.toContain('roles:read')
    const pointers = refused.map((_, index) => `/permissions/${index + 1}`)
    expect(errors.map(({ pointer }) => pointer)).toEqual(pointers)
    const long = await create({ name: newName(), permissions: [`a:${'b'.repeat(63)}`] })
    expect(long.body.errors).toMatchObject([{ pointer: '/permissions/0' }])
    const many = Array.from({ length: permissionsOfRoleMax + 1 }, (_, index) => `app:p${index}`)
    expect((await create({ name: newName(), permissions: many })).status).toBe(422)
    expect((await create({ name: newName(), is_built_in: true })).body.errors).toMatchObject([
      { pointer: '/is_built_in', code: 'unknown_field' },
    ])
  })

  it('have a name only once, and an idempotency key creates one', async () => {
    const name = newName()
    const headers = { 'idempotency-key': newId() }
    const permissions = Array.from(
      { length: permissionsOfRoleMax },
      (_, index) => `${'a'.repeat(60)}:b${index}`,
    )
    const description = '🙂'.repeat(200)
    const body = { name, description, permissions }
    const [first, second] = [await create(body, admin, headers), await create(body, admin, headers)]
    expect([first.status, second.status, second.body]).toEqual([201, 201, first.body])
    expect((await create(body)).body.code).toBe('role_taken')
    await remove(name)
  })

  it('that are built in can neither be changed nor deleted', async () => {
    for (const name of ['user', 'admin']) {
      expect((await patch(name, { permissions: [] })).body.code).toBe('forbidden')
      expect((await patch(name, { description: 'x' })).body.code).toBe('forbidden')
      expect((await remove(name)).body.code).toBe('forbidden')
      expect((await create({ name })).body.code).toBe('role_taken')
    }
  })

  it('A77: permit and stop to permit at once, whatever the token says', async () => {
    const person = await personWith(server.client, services, ['roles:read'])
    const { token } = await signInWith(server.client, person.secret)
    expect(await may({ token })).toBe(true)
    await patch(person.role, { permissions: ['users:read'] })
    expect(await may({ token })).toBe(false)
    await patch(person.role, { permissions: ['roles:read'] })
    expect(await may({ token })).toBe(true)
    await remove(person.role)
    expect(await may({ token })).toBe(false)
    expect((await server.client.me(token)).body.roles).toEqual(['user'])
  })

  it('revoke tokens that contain a role once its permissions change, with one record for all', async () => {
    const name = await newRole(services, ['users:read'])
    const records = async () =>
      (await services.db.selectFrom('revocations').selectAll().where('role', '=', name).execute()).length
    await patch(name, { description: 'only words' })
    expect(await records()).toBe(0)
    await patch(name, { permissions: [] })
    expect(await records()).toBe(1)
    await remove(name)
    expect(await records()).toBe(2)
  })

  it('are recorded with what changed, and a call without effect is not', async () => {
    const name = newName()
    await create({ name, permissions: ['users:read'] })
    await patch(name, { permissions: ['audit:read'] })
    await patch(name, { permissions: ['audit:read'] })
    await remove(name)
    const events = services.db.selectFrom('audit_events').selectAll().where('target', '=', `role:${name}`)
    const recorded = await events.orderBy('id').execute()
    expect(recorded.map(({ action }) => action)).toEqual(['role_creation', 'role_change', 'role_deletion'])
  })

  it('that an application defines are held by admin, until no role has them', async () => {
    const permission = 'moments:publish'
    const held = async () => ((await get('admin')).body as ShownRole).permissions.includes(permission)
    const names = [newName(), newName()] as const
    expect(await held()).toBe(false)
    for (const name of names) await create({ name, permissions: [permission] })
    expect(await held()).toBe(true)
    await patch(names[0], { permissions: [] })
    expect(await held()).toBe(true)
    await remove(names[1])
    expect(await held()).toBe(false)
    await remove(names[0])
  })

  it('are bounded: all applications together define a few hundred permissions', async () => {
    const made: string[] = []
    const fill = async (count: number) => {
      const permissions = Array.from({ length: count }, (_, index) => `app${made.length}:p${index}`)
      const { status, body } = await create({ name: newName(), permissions })
      if (status === 201) made.push((body as ShownRole).name)
      return status
    }
    for (let left = permissionsOfApplicationsMax; left > 0; left -= permissionsOfRoleMax)
      expect(await fill(Math.min(left, permissionsOfRoleMax))).toBe(201)
    expect(await fill(1)).toBe(422)
    for (const name of made) await remove(name)
  })

  it('cannot be read or written by someone without the permission', async () => {
    const person = await personWith(server.client, services, ['users:read'])
    for (const answer of [
      await server.client.get('/v1/roles', { token: person.token }),
      await server.client.get('/v1/roles/admin', { token: person.token }),
      await create({ name: newName() }, person),
      await patch('admin', {}, person),
      await remove('admin', person),
    ])
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden'])
  })

  it('cannot be deleted while too many accounts have them', async () => {
    const name = await newRole(services)
    const ids = Array.from({ length: 10_001 }, () => newId<Person['id']>())
    const times = { created_at: 0, updated_at: 0 }
    for (let at = 0; at < ids.length; at += 1_000) {
      const some = ids.slice(at, at + 1_000)
      const accounts = some.map((id) => ({
        id,
        kind: 'person' as const,
        status: 'active' as const,
        ...times,
      }))
      await services.db.insertInto('accounts').values(accounts).execute()
      const roles = some.map((id) => ({ account_id: id, role: name }))
      await services.db.insertInto('account_roles').values(roles).execute()
    }
    const answer = await remove(name)
    expect([answer.status, answer.body.code]).toEqual([409, 'role_in_use'])
    await services.db
      .deleteFrom('account_roles')
      .where('account_id', '=', ids[0] ?? admin.id)
      .execute()
    await services.roleDefinitions.delete(name, operator)
    const left = services.db.selectFrom('account_roles').select('role').where('role', '=', name)
    expect(await left.execute()).toEqual([])
  })
})
