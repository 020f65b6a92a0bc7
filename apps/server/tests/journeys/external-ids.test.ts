import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findAccount } from '../../src/cli/users/find-account.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import { sqlite } from '../support/engines.ts'
import { type NewPerson, newPerson } from '../support/people.ts'
import { newAdministrator } from '../support/roles.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe('the id that an account had in a former backend', () => {
  let server: TestServer
  let services: OwnServices
  let admin: NewPerson
  beforeAll(async () => {
    server = await startTestServer(sqlite)
    services = openServices(server)
    admin = await newAdministrator(server.client, services)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  async function newImported(id: string) {
    const person = await newPerson(server.client)
    await inTransaction(services.db, (transaction) =>
      services.externalIds.add(transaction, 'former', [{ accountId: person.id, id }]),
    )
    return person
  }
  const get = (path: string) => server.client.get(path, admin)

  it('finds the account in the list of users, alone and with other filters', async () => {
    const { id } = await newImported('7')
    expect((await get('/v1/users?external_id=former:7')).body.data).toMatchObject([{ id }])
    expect((await get('/v1/users?external_id=former:7&status=active')).body.data).toMatchObject([{ id }])
    for (const query of [
      'external_id=former:7&status=suspended',
      'external_id=former:8',
      'external_id=other:7',
    ])
      expect((await get(`/v1/users?${query}`)).body, query).toEqual({ data: [], next_cursor: null })
  })

  it.each(['7', 'Former:7', ':7', 'former:', 'former: 7'])(
    'needs a source and an id, not %j',
    async (text) => {
      for (const list of ['users', 'audit-events']) {
        const { status, body } = await get(`/v1/${list}?external_id=${encodeURIComponent(text)}`)
        expect(status).toBe(422)
        expect(body.errors).toMatchObject([{ pointer: '/external_id' }])
      }
    },
  )

  it('is shown to administrators and to its owner, who gets it in the export', async () => {
    const { id, token } = await newImported('own')
    const external_ids = [{ source: 'former', id: 'own' }]
    expect((await get(`/v1/users/${id}`)).body.external_ids).toEqual(external_ids)
    expect((await server.client.get('/v1/me/export', { token })).body.external_ids).toEqual(external_ids)
  })

  it('finds the events about the account in the audit trail', async () => {
    const { id } = await newImported('trail')
    const { body } = await get('/v1/audit-events?external_id=former:trail')
    expect(body.data).not.toEqual([])
    for (const event of body.data) expect(event.account_id).toBe(id)
    const both = await get(`/v1/audit-events?external_id=former:trail&account_id=${admin.id}`)
    expect(both.body.data).toEqual([])
    expect((await get('/v1/audit-events?external_id=former:missing')).body.data).toEqual([])
  })

  it('finds the account on the command line', async () => {
    const { id } = await newImported('a:b')
    expect((await findAccount(services, 'former:a:b')).id).toBe(id)
    await expect(findAccount(services, 'former:missing')).rejects.toMatchObject({
      problem: { code: 'not_found' },
    })
  })

  it('moves to the account that remains after a merge', async () => {
    const [target, source] = [await newImported('target'), await newImported('source')]
    const { body } = await server.client.post(
      `/v1/users/${target.id}/merge`,
      { source_id: source.id, dry_run: false },
      admin,
    )
    expect(body.fields).toContainEqual({
      field: 'external_id',
      outcome: 'moves',
      kept: 'former:source',
      lost: null,
      reason: null,
    })
    expect((await get(`/v1/users/${target.id}`)).body.external_ids).toEqual([
      { source: 'former', id: 'source' },
      { source: 'former', id: 'target' },
    ])
  })
})
