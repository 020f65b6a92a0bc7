import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, sqlite } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { from, spray, sprayedPassword } from '../support/spray.ts'
import { openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const env = { PROXIMA_LIMITS: 'on', PROXIMA_TRUSTED_PROXIES: '127.0.0.1' }
const windowSeconds = 600
const quota = 3

async function metricOf(server: TestServer, name: string): Promise<number> {
  const { text } = await server.client.get('/metrics')
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1])
}

const isAnomaly = (server: TestServer) => metricOf(server, 'proxima_sign_in_anomaly')

async function anomaliesIn(server: TestServer) {
  const db = openDatabase(server.databaseUrl)
  const events = await db
    .selectFrom('audit_events')
    .select(['outcome', 'account_id', 'ip_address', 'changes'])
    .where('action', '=', 'sign_in_anomaly')
    .orderBy('id')
    .execute()
  await db.destroy()
  return events
}

describe.each(engines)('passwords tried on many accounts, on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env })
  })
  afterAll(async () => await server?.close())

  const warnings = () => server.log.filter((line) => line.includes('passwords are'))

  it('are no anomaly on a busy Monday morning, nor when one person has forgotten theirs', async () => {
    const passwordOf = (account: number) => `the misspelt password of ${account}`
    await spray(server.client, { accounts: 130, networks: 130, passwordOf })
    for (let round = 0; round < 12; round++)
      await server.client.post('/v1/auth/login', { username: 'forgetful', password: `perhaps ${round}` })
    expect(await isAnomaly(server)).toBe(0)
    expect(await metricOf(server, 'proxima_sign_in_anomalies_total')).toBe(0)
    server.clock.advance(windowSeconds)
  })

  it('A41: are an event, a warning and a metric when they begin and when they end, and get the usual answer', async () => {
    const answers = await spray(server.client, { accounts: 130, networks: 65 })
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
    expect(await isAnomaly(server)).toBe(1)
    await expect.poll(() => warnings().length, { timeout: 30_000 }).toBe(1)
    server.clock.advance(windowSeconds)
    expect(await isAnomaly(server)).toBe(0)
    await expect.poll(() => warnings().length, { timeout: 30_000 }).toBe(2)
    const [begun, ended, ...more] = await anomaliesIn(server)
    expect(begun).toMatchObject({ outcome: 'failure', account_id: null, ip_address: null })
    const after = JSON.parse(String(begun?.changes)).after
    expect(after).toMatchObject({ active: true, frequent_percent: 100 })
    expect(after.accounts).toBeGreaterThan(99)
    expect(ended).toMatchObject({ outcome: 'success', account_id: null, ip_address: null })
    expect(more).toEqual([])
    expect(await metricOf(server, 'proxima_sign_in_anomalies_total')).toBe(1)
    // By default, the server only reports.
    expect(server.log.join('\n')).not.toContain(sprayedPassword)
  })
})

it('A41: one password on 1,000 accounts from 500 networks is one anomaly', { tags: 'long' }, async () => {
  const server = await startTestServer(sqlite, { env })
  await spray(server.client, { accounts: 1_000, networks: 500 })
  expect(await isAnomaly(server)).toBe(1)
  expect(await metricOf(server, 'proxima_sign_in_anomalies_total')).toBe(1)
  await server.close()
})

describe.each(engines)('the stricter limit during an anomaly, on $name', (engine) => {
  const home = '203.0.113.5'
  // Two addresses of one client, and a neighbour in its network.
  const network = { attacker: '2001:db8:1:2::a', neighbour: '2001:db8:1:3::a', new: '198.51.100.9' }
  const sameAttacker = '2001:db8:1:2:ffff::b'
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, {
      env: { ...env, PROXIMA_SPRAY_RESPONSE: 'strict', PROXIMA_NETWORK_LIMIT_FACTOR: '2' },
    })
    await server.client.register({ username: 'amina', password })
    await server.client.register({ username: 'bilal', password: sprayedPassword })
    expect(await login('amina', password, home)).toMatchObject({ status: 200 })
  })
  afterAll(async () => await server?.close())

  const login = (username: string, given: string, address: string) =>
    server.client.post('/v1/auth/login', { username, password: given }, from(address))

  /** All that a caller can compare. */
  async function answerTo(username: string, given: string, address: string) {
    const { status, body } = await login(username, given, address)
    const { request_id: _id, retry_after_seconds: _seconds, ...rest } = body
    return { status, rest }
  }

  async function statusesOf(address: string, count: number): Promise<number[]> {
    const statuses = []
    for (let round = 0; round < count; round++)
      statuses.push((await login(`nobody${round}`, 'wrong', address)).status)
    return statuses
  }

  it('does not apply before it', async () => {
    expect(await statusesOf(network.attacker, quota + 2)).toEqual(Array(quota + 2).fill(401))
  })

  it('A41: refuses the next passwords of an attacker, even the right one', async () => {
    await spray(server.client, { accounts: 130, networks: 65 })
    expect(await isAnomaly(server)).toBe(1)
    await statusesOf(network.attacker, quota)
    expect((await statusesOf(network.attacker, 2))[0]).toBe(429)
    expect((await login('bilal', sprayedPassword, sameAttacker)).status).toBe(429)
    // The neighbours have twice as much together.
    expect((await statusesOf(network.neighbour, 2 * quota)).at(-1)).toBe(429)
    await expect
      .poll(async () => JSON.stringify(await refusalsIn(server)), { timeout: 30_000 })
      .toContain('rate_limited:login-anomaly')
  })

  it('A34: answers the same to every account, and to a wrong password of an owner who is known there', async () => {
    const toNobody = await answerTo('nobody', 'wrong', network.attacker)
    expect(toNobody.status).toBe(429)
    for (const [username, given] of [
      ['amina', 'wrong'],
      ['amina', password],
      ['bilal', sprayedPassword],
    ] as const)
      expect(await answerTo(username, given, network.attacker), username).toEqual(toNobody)
    await statusesOf(home, quota)
    expect(await answerTo('nobody', 'wrong', home)).toEqual(toNobody)
    expect(await answerTo('amina', 'wrong', home)).toEqual(toNobody)
  })

  it('lets in an owner from an address that they have used before, and from one that did nothing wrong', async () => {
    expect((await statusesOf(home, 1))[0]).toBe(429)
    expect((await login('amina', password, home)).status).toBe(200)
    for (let round = 0; round < 2 * quota + 1; round++)
      expect((await login('amina', password, network.new)).status).toBe(200)
  })

  it('A39: judges no more than its quota of a burst', async () => {
    const burst = Array.from({ length: 20 }, (_, index) => login(`burst${index}`, 'wrong', '192.0.2.77'))
    const statuses = (await Promise.all(burst)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(quota)
  })

  it('ends with the anomaly', async () => {
    server.clock.advance(windowSeconds)
    expect((await login('nobody', 'wrong', network.attacker)).status).toBe(401)
    expect((await login('bilal', sprayedPassword, network.attacker)).status).toBe(200)
  })
})

async function refusalsIn(server: TestServer) {
  const db = openDatabase(server.databaseUrl)
  const rows = await db
    .selectFrom('audit_events')
    .select('reason')
    .where('action', '=', 'request_refusal')
    .execute()
  await db.destroy()
  return rows
}
