import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { newPerson, type Person } from '../../../../../tests/support/people.ts'
import { newAdministrator, personWith } from '../../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import type { Answer } from '../../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'

describe.each(engines)('a job by HTTP on $name', (engine) => {
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

  const create = (body: object, { token } = admin, headers = {}) =>
    server.client.post('/v1/user-jobs', body, { token, headers })
  const show = (path: string, { token } = admin) => server.client.get(`/v1/user-jobs/${path}`, { token })

  interface Job {
    readonly id: string
    readonly status: string
    readonly next_cursor: string
    readonly data: readonly { readonly user_id: string }[]
  }
  const jobIn = ({ body }: Answer) => body as Job

  async function finished(id: string): Promise<Job> {
    for (;;) {
      const body = jobIn(await show(id))
      if (body.status === 'finished') return body
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  it('is accepted at once, done in the background, and shows its progress and its report', async () => {
    const people = [await newPerson(server.client), await newPerson(server.client)]
    const user_ids = [...people.map(({ id }) => id), '01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a10']
    const { status, body } = await create({ action: 'suspend', user_ids, reason: 'Spam' })
    expect([status, body.total, body.created_by]).toEqual([202, 3, admin.id])
    expect(await finished(String(body.id))).toMatchObject({ done: 2, skipped: 1 })
    const report = await show(`${body.id}/items?outcome=skipped`)
    expect(report.body.data).toEqual([{ user_id: user_ids[2], outcome: 'skipped', reason: 'not_found' }])
    const first = await show(`${body.id}/items?limit=2`)
    const rest = await show(`${body.id}/items?limit=2&cursor=${encodeURIComponent(jobIn(first).next_cursor)}`)
    expect([...jobIn(first).data, ...jobIn(rest).data].map(({ user_id }) => user_id)).toEqual(user_ids)
    for (const { token } of people) expect((await server.client.me(token)).status).toBe(401)
  })

  it('takes the accounts of a filter', async () => {
    await server.client.register({ username: 'temp-1' })
    await server.client.register({ username: 'temp-2' })
    const { body } = await create({ action: 'delete', filter: { q: 'temp-', status: 'active' } })
    expect(await finished(String(body.id))).toMatchObject({ total: null, done: 2, skipped: 0 })
    const left = await server.client.get('/v1/users?q=temp-&status=active', admin)
    expect(left.body.data).toEqual([])
  })

  it('is started once for one idempotency key', async () => {
    const { id } = await newPerson(server.client)
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const first = await create({ action: 'end_sessions', user_ids: [id] }, admin, headers)
    const again = await create({ action: 'end_sessions', user_ids: [id] }, admin, headers)
    expect(again.body.id).toBe(first.body.id)
    const other = await newAdministrator(server.client, services)
    const refused = await create({ action: 'end_sessions', user_ids: [id] }, other, headers)
    expect(refused).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
  })

  it('needs its accounts, its role and nothing that does not belong to its action', async () => {
    const user_ids = [admin.id]
    for (const body of [
      { action: 'suspend' },
      { action: 'suspend', user_ids, filter: { q: 'a' } },
      { action: 'suspend', filter: {} },
      { action: 'suspend', user_ids: [] },
      { action: 'suspend', user_ids: ['x'] },
      { action: 'suspend', user_ids, ends_at: '2001-01-01T00:00:00.000Z' },
      { action: 'add_role', user_ids },
      { action: 'lift', user_ids, role: 'user' },
      { action: 'lift', user_ids, reason: 'x' },
      { action: 'explode', user_ids },
      { action: 'suspend', filter: { password_hash: 'x' } },
    ])
      expect((await create(body)).status, JSON.stringify(body)).toBe(422)
  })

  it('needs permissions, and is not found by an id of nothing', async () => {
    const person = await newPerson(server.client)
    expect((await create({ action: 'suspend', user_ids: [person.id] }, person)).status).toBe(403)
    const lead = await personWith(server.client, services, ['users:write', 'users:read'])
    const refused = await create({ action: 'delete', user_ids: [person.id] }, lead)
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])
    for (const id of [
      'x',
      '01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a10',
      `${person.id}/items`.replace(person.id, 'x'),
    ])
      expect((await show(id)).status, id).toBe(404)
    expect((await show('x', person)).status).toBe(403)
  })
})
