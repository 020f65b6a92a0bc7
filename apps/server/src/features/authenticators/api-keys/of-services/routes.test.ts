import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { giveRole } from '../../../../../tests/support/api-keys.ts'
import { engines } from '../../../../../tests/support/engines.ts'
import { newPerson, type Person } from '../../../../../tests/support/people.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'

const all = ['keys:write', 'users:read', 'users:write', 'moments:publish']

describe.each(engines)('the API keys of a service account on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let operator: Person
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
    operator = await personWith(all)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  async function personWith(permissions: readonly string[]): Promise<Person> {
    const person = await newPerson(server.client)
    await giveRole(services.db, person.id, permissions)
    return person
  }

  async function newService(permissions: readonly string[] = []): Promise<AccountId> {
    const { status, text, body } = await server.client.post(
      '/v1/service-accounts',
      { name: 'Report' },
      operator,
    )
    expect(status, text).toBe(201)
    if (permissions.length > 0) await giveRole(services.db, body.id as AccountId, permissions)
    return body.id as AccountId
  }

  const keysOf = (id: string) => `/v1/service-accounts/${id}/api-keys`

  it('let a program call with the permissions of its account', async () => {
    const { client } = server
    const id = await newService(['users:read'])
    const { body: made } = await client.post(
      keysOf(id),
      { name: 'Main', permissions: ['users:read'] },
      operator,
    )
    expect((await client.get('/v1/service-accounts', { token: String(made.key) })).status).toBe(200)
    expect((await client.me(String(made.key))).body).toMatchObject({ id, full_name: 'Report', email: null })
    const { body: page } = await client.get(keysOf(id), operator)
    expect(page.data).toMatchObject([{ id: made.id, name: 'Main', permissions: ['users:read'] }])
    const { body: next } = await client.post(
      `${keysOf(id)}/${made.id}/rotation`,
      { overlap_seconds: 0 },
      operator,
    )
    expect((await client.me(String(made.key))).status).toBe(401)
    const renamed = await client.patch(
      `${keysOf(id)}/${next.id}`,
      { name: 'Next', permissions: [] },
      operator,
    )
    expect(renamed.body).toMatchObject({ name: 'Next', permissions: [] })
    expect((await client.get('/v1/service-accounts', { token: String(next.key) })).body.code).toBe(
      'forbidden',
    )
    const revoked = await client.send('DELETE', `${keysOf(id)}/${next.id}`, undefined, operator)
    expect(revoked.status).toBe(204)
    expect((await client.me(String(next.key))).status).toBe(401)
  })

  it('I6: are managed only by someone who holds all that the account holds', async () => {
    const { client } = server
    const id = await newService(['moments:publish'])
    const { body: made } = await client.post(keysOf(id), { name: 'x' }, operator)
    const lesser = await personWith(['keys:write', 'users:read', 'users:write'])
    const answers = [
      await client.post(keysOf(id), { name: 'x' }, lesser),
      await client.post(`${keysOf(id)}/${made.id}/rotation`, {}, lesser),
      await client.patch(`${keysOf(id)}/${made.id}`, { name: 'x' }, lesser),
      await client.send('DELETE', `${keysOf(id)}/${made.id}`, undefined, lesser),
      await client.patch(`/v1/service-accounts/${id}`, { name: 'x' }, lesser),
    ]
    for (const { status, body } of answers) expect([status, body.code]).toEqual([403, 'forbidden'])
    expect((await client.me(String(made.key))).status).toBe(200)
  })

  it('cannot be made by a key, whatever the key allows', async () => {
    const { client } = server
    const id = await newService(all)
    const { body: made } = await client.post(keysOf(id), { name: 'x', permissions: all }, operator)
    const token = String(made.key)
    const other = await newService()
    for (const account of [id, other]) {
      expect((await client.post(keysOf(account), { name: 'y' }, { token })).status).toBe(403)
      expect((await client.post(`${keysOf(account)}/${made.id}/rotation`, {}, { token })).status).toBe(403)
    }
    expect((await client.post('/v1/me/api-keys', { name: 'y' }, { token })).status).toBe(403)
  })

  it('A33: are not found for the account of a person, or under another account', async () => {
    const { client } = server
    const id = await newService()
    const { body: made } = await client.post(keysOf(id), { name: 'x' }, operator)
    const { id: person } = await newPerson(client)
    for (const account of [person, await newService(), 'no-id'])
      for (const { status } of [
        await client.post(`${keysOf(account)}/${made.id}/rotation`, {}, operator),
        await client.send('DELETE', `${keysOf(account)}/${made.id}`, undefined, operator),
      ])
        expect(status, account).toBe(404)
    for (const path of [`/v1/service-accounts/${person}`, keysOf(person)])
      expect((await client.get(path, operator)).status, path).toBe(404)
    expect((await client.post(keysOf(person), { name: 'x' }, operator)).status).toBe(404)
  })

  it('A29: are not even mentioned to someone without the permission', async () => {
    const { client } = server
    const id = await newService()
    const { token } = await newPerson(client)
    for (const [method, path] of [
      ['GET', '/v1/service-accounts'],
      ['GET', `/v1/service-accounts/${id}`],
      ['GET', keysOf(id)],
      ['GET', keysOf('00000000-0000-7000-8000-000000000000')],
    ] as const) {
      const { status, body } = await client.send(method, path, undefined, { token })
      expect([status, body.code], path).toEqual([403, 'forbidden'])
    }
  })

  it('belong to accounts that are listed oldest first', async () => {
    const { client } = server
    const ids = [await newService(), await newService()]
    let found: string[] = []
    let cursor = ''
    do {
      const { body } = await client.get(`/v1/service-accounts?limit=2${cursor}`, operator)
      found = [...found, ...(body.data as { id: string }[]).map(({ id }) => id)]
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`
    } while (cursor !== '')
    expect(found.slice(-2)).toEqual(ids)
    expect(found).not.toContain(operator.id)
    const { body } = await client.patch(`/v1/service-accounts/${ids[0]}`, { name: 'Renamed' }, operator)
    expect(body).toMatchObject({ id: ids[0], name: 'Renamed', status: 'active' })
  })
})
