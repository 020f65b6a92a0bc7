import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, sqlite } from '../support/engines.ts'
import { openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const env = { PROXIMA_LIMITS: 'on', PROXIMA_TRUSTED_PROXIES: '127.0.0.1' }
/** How often one address may register in its window. */
const quota = 300

const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })

describe.each(engines)('a flood of registrations from one network, on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { ...env, PROXIMA_NETWORK_LIMIT_FACTOR: '1' } })
  })
  afterAll(async () => await server?.close())

  async function flood(prefix: string, addressOf: (index: number) => string, count: number) {
    const answers = Array.from({ length: count }, (_, index) =>
      server.client.post('/v1/auth/register', { username: `${prefix}${index}` }, from(addressOf(index))),
    )
    return (await Promise.all(answers)).map(({ status }) => status)
  }

  async function accountsNamed(prefix: string): Promise<number> {
    const db = openDatabase(server.databaseUrl)
    const rows = await db
      .selectFrom('accounts')
      .select('id')
      .where('username', 'like', `${prefix}%`)
      .execute()
    await db.destroy()
    return rows.length
  }

  /** As many are let through as may be; of them a database that has too much to do may still turn some away. */
  async function expectLimited(prefix: string, statuses: readonly number[]): Promise<void> {
    const count = (status: number) => statuses.filter((each) => each === status).length
    expect(count(429)).toBe(statuses.length - quota)
    expect(count(201) + count(503)).toBe(quota)
    expect(count(201)).toBeGreaterThan(0)
    expect(await accountsNamed(prefix)).toBe(count(201))
  }

  it('A14: gets no more accounts from 250 IPv4 addresses than its quota', { tags: 'long' }, async () => {
    const statuses = await flood('four', (index) => `198.51.100.${index % 250}`, 600)
    await expectLimited('four', statuses)
  })

  it('A14: gets no more from as many IPv6 networks of /64 in one /48, and their neighbours are not affected', {
    tags: 'long',
  }, async () => {
    const statuses = await flood('six', (index) => `2001:db8:77:${index.toString(16)}::1`, 600)
    await expectLimited('six', statuses)
    expect(await flood('other', () => '2001:db8:78::1', 5)).toEqual(Array(5).fill(201))
    expect(await flood('elsewhere', () => '198.51.101.1', 5)).toEqual(Array(5).fill(201))
  })
})

describe('the limits of a network', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite, { env: { ...env, PROXIMA_NETWORK_LIMIT_FACTOR: '2' } })
  })
  afterAll(async () => await server?.close())

  const availability = (address: string) =>
    server.client.get('/v1/auth/availability?username=nobody-here', from(address))
  const fields = async (address: string) => {
    const { status, headers } = await availability(address)
    return [status, headers.get('ratelimit'), headers.get('ratelimit-policy')]
  }
  const policy = '"availability";q=60;w=60'

  it('A14: are shown as the number of calls that are left, and one address alone cannot use them up for others', async () => {
    // 60 a minute for each address, and 120 for its network.
    for (let round = 0; round < 200; round++) await availability('203.0.113.1')
    expect(await fields('203.0.113.1')).toEqual([
      429,
      expect.stringMatching(/^"availability";r=0;t=\d+$/),
      policy,
    ])
    expect(await fields('203.0.113.2')).toEqual([200, expect.stringContaining(';r=59;'), policy])
    for (let round = 0; round < 20; round++) await availability('203.0.113.3')
    // 81 of 120 are used: 38 are left to someone who comes for the first time, and to everyone else.
    expect(await fields('203.0.113.4')).toEqual([200, expect.stringContaining(';r=38;'), policy])
    for (let round = 0; round < 38; round++) expect((await availability('203.0.113.5')).status).toBe(200)
    const refused = await availability('203.0.113.6')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('ratelimit')).toMatch(/;r=0;t=\d+$/)
    expect(refused.headers.get('retry-after')).toBe(refused.headers.get('ratelimit')?.split(';t=')[1])
    expect((await availability('203.0.114.1')).status).toBe(200)
  })

  it('A41: stop an attacker who tries one password on many accounts, from one address and from its network', async () => {
    const spray = (index: number, address: string) =>
      server.client.post(
        '/v1/auth/login',
        { username: `victim${index}`, password: 'Summer2026!' },
        from(address),
      )
    // Tries by user secret count on the same budget, and cost no hash.
    const guess = (address: string) =>
      server.client.post('/v1/auth/token', { user_secret: 'pxu_x' }, from(address))
    const spend = async (address: string, count: number) =>
      await Promise.all(Array.from({ length: count }, () => guess(address)))
    await spend('198.18.0.1', quota - 10)
    const tries = Array.from({ length: 30 }, (_, index) => spray(index, '198.18.0.1'))
    const statuses = (await Promise.all(tries)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(10)
    expect(statuses.filter((status) => status === 429)).toHaveLength(20)
    await spend('198.18.0.2', quota)
    expect((await spray(99, '198.18.0.3')).status).toBe(429)
    expect((await spray(99, '198.18.1.3')).status).toBe(401)
  })

  it('A42: are counted by the real address, whatever a client writes into a header', async () => {
    const forged = (index: number) => availability(`10.${index % 200}.0.1, 192.0.2.99`)
    const statuses = []
    for (let index = 0; index < 70; index++) statuses.push((await forged(index)).status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(60)
  })
})

describe('right sign-ins', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite, { env: { ...env, PROXIMA_NETWORK_LIMIT_FACTOR: '4' } })
  })
  afterAll(async () => await server?.close())

  it('I13: do not count for their address, but one address gets only half of what its network may do', async () => {
    const { body } = await server.client.post('/v1/auth/register', { username: 'school' }, from('198.18.9.9'))
    const signIn = (address: string) =>
      server.client.post('/v1/auth/token', { user_secret: body.user_secret, mode: 'code' }, from(address))
    const signInOften = async (address: string, count: number) => {
      const statuses = []
      for (let round = 0; round < count; round++) statuses.push((await signIn(address)).status)
      return statuses
    }
    const wrong = (address: string) =>
      server.client.post('/v1/auth/token', { user_secret: 'pxu_x' }, from(address))
    expect((await wrong('198.18.4.1')).status).toBe(401)
    expect(new Set(await signInOften('198.18.4.1', quota + 10))).toEqual(new Set([200]))
    // One wrong sign-in counts for the address, and this one, and all of them for its half.
    expect((await wrong('198.18.4.1')).headers.get('ratelimit')).toContain(`r=${2 * quota - quota - 12};`)
    const left = 2 * quota - (quota + 12)
    const statuses = await signInOften('198.18.4.1', left + 5)
    expect(statuses).toEqual([...Array(left).fill(200), ...Array(5).fill(429)])
    // The other half is left to its neighbours.
    expect(new Set(await signInOften('198.18.4.2', 2 * quota))).toEqual(new Set([200]))
    expect((await signIn('198.18.4.3')).status).toBe(429)
  })
})
