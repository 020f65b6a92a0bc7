import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { newPerson, type Person } from '../../../../../tests/support/people.ts'
import { personWith } from '../../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'

interface Listed {
  readonly id: AccountId
  readonly username: string
}

interface ListedPage {
  readonly data: readonly Listed[]
  readonly next_cursor: string | null
}

describe.each(engines)('the search for users on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let admin: Person
  const usernames = ['amina', 'Aminata', 'baraka', 'chebet', 'daudi', 'eunice']
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_DEFAULT_REGION: 'KE' } })
    services = openServices(server)
    admin = await newPerson(server.client, 'zuri')
    await services.roleAssignment.add(admin.id, 'admin')
    for (const username of usernames) {
      server.clock.advance(1)
      await server.client.register({
        username,
        email: `${username}@example.com`,
        full_name: `${username} wa_Kamau%`,
      })
    }
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const search = (query: string, token = admin.token) =>
    server.client.get(`/v1/users${query === '' ? '' : `?${query}`}`, { token })
  async function listed(query: string): Promise<ListedPage> {
    const { status, text, body } = await search(query)
    if (status !== 200) throw new Error(text)
    return body as ListedPage
  }
  const found = async (query: string): Promise<string[]> => {
    return (await listed(query)).data.map(({ username }) => username)
  }

  it('lists everyone, newest first, or oldest first', async () => {
    expect(await found('')).toEqual([...usernames.toReversed(), 'zuri'])
    expect(await found('sort=created_at')).toEqual(['zuri', ...usernames])
    expect(await found('sort=-created_at&q=wa_kamau')).toEqual(usernames.toReversed())
    expect(await found('sort=created_at&q=wa_kamau')).toEqual(usernames)
  })

  it('counts what a filter finds', async () => {
    const count = async (query: string): Promise<object> =>
      (await server.client.get(`/v1/users/count?${query}`, admin)).body as object
    expect(await count('q=wa_kamau')).toEqual({ count: usernames.length, is_exact: true })
    expect(await count('q=nobody')).toEqual({ count: 0, is_exact: true })
    const other = await server.client.get('/v1/users/count', await newPerson(server.client))
    expect(other.status).toBe(403)
  })

  it('finds by the beginning of any identifier and of any word of a name', async () => {
    expect(await found('q=amin')).toEqual(['Aminata', 'amina'])
    expect(await found('q=AMINA@')).toEqual(['amina'])
    expect(await found('q=wa_kamau')).toEqual(usernames.toReversed())
    expect(await found('q=mina')).toEqual([])
  })

  it('A27: %, _ and \\ are ordinary characters', async () => {
    for (const q of ['%', '_', '\\', 'am%', 'a_ina', 'wa-kamau', 'wa%']) {
      expect(await found(`q=${encodeURIComponent(q)}`), q).toEqual([])
    }
    expect(await found(`q=${encodeURIComponent('wa_kamau%')}`)).toHaveLength(usernames.length)
  })

  it('filters by role, status and verification, together with a prefix', async () => {
    expect(await found('role=admin')).toEqual(['zuri'])
    expect(await found('role=admin&q=a')).toEqual([])
    expect(await found('role=user&q=z')).toEqual(['zuri'])
    const [daudi] = (await listed('q=daudi')).data
    await services.administration.suspend(daudi?.id ?? admin.id)
    expect(await found('status=suspended')).toEqual(['daudi'])
    expect(await found('status=active&q=d')).toEqual([])
    const [chebet] = (await listed('q=chebet')).data
    await services.contactMarking.markVerified(chebet?.id ?? admin.id, 'email')
    expect(await found('verified=true')).toEqual(['chebet'])
    expect(await found('verified=false&q=wa_kamau&sort=created_at')).not.toContain('chebet')
  })

  it('gives pages that meet without a gap, in both orders and with every index', async () => {
    for (const query of [
      '',
      'sort=created_at',
      'q=wa_kamau',
      'q=wa_kamau&sort=created_at',
      'role=user',
      'status=active',
    ]) {
      const all = await found(`limit=100&${query}`)
      const pages: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const from = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
        const body = await listed(`limit=2&${query}${from}`)
        expect(body.data.length).toBeLessThanOrEqual(2)
        pages.push(...body.data.map(({ username }) => username))
        cursor = body.next_cursor
      }
      expect(pages.length).toBeGreaterThan(2)
      expect(pages, query).toEqual(all)
    }
  })

  it('A28: refuses a cursor that is forged, of another search or of another administrator', async () => {
    const cursor = (await listed('limit=2')).next_cursor ?? ''
    const other = await newPerson(server.client, 'yara')
    await services.roleAssignment.add(other.id, 'admin')
    for (const [query, token] of [
      ['cursor=x', admin.token],
      [`cursor=${encodeURIComponent(`${cursor}x`)}`, admin.token],
      [`q=a&cursor=${encodeURIComponent(cursor)}`, admin.token],
      [`sort=created_at&cursor=${encodeURIComponent(cursor)}`, admin.token],
      [`cursor=${encodeURIComponent(cursor)}`, other.token],
    ] as const) {
      const { status, body } = await search(query, token)
      expect([status, body.errors?.[0].code], query).toEqual([422, 'cursor_invalid'])
    }
  })

  it('A30: refuses to sort or filter by anything else, and a parameter that is sent twice', async () => {
    for (const query of [
      'sort=password_hash',
      'sort=email',
      'sort=created_at,id',
      'password_hash=x',
      'national_id=1',
      'offset=5',
      'q=a&q=b',
      'q[]=a',
      'status=gone',
      'verified=1',
      'limit=101',
      'q=',
      'q=%00',
      'q=%20',
      'role=%00',
    ])
      expect((await search(query)).status, query).toBe(422)
  })

  it('A29: shows nothing to a caller without the permission, and to a stranger', async () => {
    const { token } = await newPerson(server.client)
    for (const path of ['/v1/users', '/v1/users?q=amina', `/v1/users/${admin.id}`, '/v1/users/export']) {
      const refused = await server.client.get(path, { token })
      expect([refused.status, refused.body.code], path).toEqual([403, 'forbidden'])
      expect(refused.text).not.toMatch(/amina|zuri/)
      expect((await server.client.get(path)).status, path).toBe(401)
    }
  })

  it('A33: answers every id that is no account in the same way', async () => {
    const answers = []
    for (const id of [
      '1',
      '0',
      '-1',
      'x',
      '..%2Fme',
      '01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a10',
      `${admin.id}0`,
    ]) {
      const { status, body } = await server.client.get(`/v1/users/${id}`, { token: admin.token })
      answers.push(JSON.stringify([status, { ...body, request_id: '', instance: '' }]))
    }
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toMatch(/^\[404/)
  })

  it('shows the private details only to callers who have the permission for them', async () => {
    const person = await newPerson(server.client, {
      username: 'farah',
      address: '9 Kimathi Way',
      national_id: '77',
    })
    const shown = await server.client.get(`/v1/users/${person.id}`, { token: admin.token })
    expect(shown.body).toMatchObject({ username: 'farah', address: '9 Kimathi Way', national_id: '77' })
    expect((await search('q=farah')).text).not.toContain('Kimathi')
    const reader = await personWith(server.client, services, ['users:read'])
    const hidden = await server.client.get(`/v1/users/${person.id}`, { token: reader.token })
    expect(hidden.status).toBe(200)
    expect(Object.keys(hidden.body as object)).not.toContain('address')
    expect(hidden.text).not.toMatch(/Kimathi|national_id/)
  })
})
