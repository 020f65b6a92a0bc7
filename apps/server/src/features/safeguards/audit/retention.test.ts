import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../../../../tests/support/audit-events.ts'
import {
  type DeletionServer,
  daySeconds,
  startDeletionServer,
} from '../../../../tests/support/deletion-server.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { openServices } from '../../../../tests/support/services.ts'
import { openDatabase } from '../../../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { wireNode } from '../../../../tests/support/wired-node.ts'
import { purgeAll } from '../../../app/purge/purge-all.ts'
import { purgesOf } from '../../../app/purge/purges.ts'

const retentionDays = 365

describe.each(engines)('the retention of audit events on $name', (engine) => {
  let server: DeletionServer
  beforeAll(async () => {
    server = await startDeletionServer(engine)
  })
  afterAll(async () => await server?.close())

  async function seal(): Promise<void> {
    const services = openServices(server)
    await services.sealing.seal()
    await services.close()
  }

  const events = async () => await readEvents(server.databaseUrl)

  async function purge(): Promise<void> {
    const services = openServices(server)
    await purgeAll(purgesOf(services), { pauseMs: 0 })
    await services.close()
  }

  it('ends to the millisecond, in batches, and leaves younger events', async () => {
    const amina = await newPerson(server.client)
    await server.client.post('/v1/auth/token', { user_secret: 'pxu_wrong' })
    await seal()
    const old = await events()
    expect(old.length).toBeGreaterThanOrEqual(3)
    server.clock.advance(retentionDays * daySeconds - 0.001)
    await purge()
    expect(await events()).toEqual(old)
    const young = await newPerson(server.client)
    server.clock.advance(0.001)
    await purge()
    const left = await events()
    expect(left.filter(({ account_id }) => account_id === amina.id)).toEqual([])
    expect(left.filter(({ account_id }) => account_id === young.id)).toHaveLength(2)
  })

  it('does not end the receipts of deletions', async () => {
    const { receipt } = await server.leave()
    server.clock.advance(8 * daySeconds)
    await purge()
    const erased = (await server.check(receipt)).body
    expect(erased.status).toBe('erased')
    await seal()
    server.clock.advance(10 * retentionDays * daySeconds)
    await purge()
    expect((await server.check(receipt)).body).toEqual(erased)
    expect(await events()).toEqual([])
  })

  it('can be turned off', async () => {
    const db = openDatabase(server.databaseUrl)
    const clock = new FrozenClock(new Date('2999-01-01T00:00:00Z'))
    const purgeWith = (days: string) =>
      wireNode({ db, clock, env: { PROXIMA_AUDIT_RETENTION_DAYS: days } }).auditRetention.purge(500)
    await newPerson(server.client)
    await seal()
    expect(await purgeWith('0')).toBe(0)
    expect(await purgeWith('1')).toBeGreaterThanOrEqual(2)
    await db.destroy()
  })
})

describe.each(engines)('the refusals of strangers on $name', (engine) => {
  let server: TestServer
  const env = { PROXIMA_LIMITS: 'on', PROXIMA_TRUSTED_PROXIES: '127.0.0.1' }
  beforeAll(async () => {
    server = await startTestServer(engine, { env })
  })
  afterAll(async () => await server?.close())

  async function refusalsFrom(address: string, count: number): Promise<number> {
    const headers = { 'x-forwarded-for': address }
    for (let at = 0; at < count; at++)
      await server.client.post('/v1/auth/token', { user_secret: 'pxu_wrong' }, { headers })
    const all = await readEvents(server.databaseUrl)
    return all.filter(({ ip_address, outcome }) => ip_address === address && outcome === 'failure').length
  }

  it('I13: are stored up to a share for each client and each network, and counted beyond it', async () => {
    expect(await refusalsFrom('192.0.2.1', 150)).toBe(60)
    let stored = 60
    for (let host = 2; host <= 8; host++) stored += await refusalsFrom(`192.0.2.${host}`, 60)
    expect(stored).toBe(300)
    expect(await refusalsFrom('198.51.100.1', 2)).toBe(2)
    const metrics = await server.client.get('/metrics')
    const line = metrics.text
      .split('\n')
      .find((each) => each.includes('method="user_secret",outcome="failure"'))
    expect(line).toMatch(/ 572$/)
  })

  it('I13: are stored as a sum for each account when their share is used up, and an erased account is not named', async () => {
    const [owner, gone] = [await newPerson(server.client, 'baraka'), await newPerson(server.client, 'chebet')]
    const { databaseUrl } = server
    const other = await startTestServer(engine, { env, databaseUrl })
    const refuse = async (username: string) =>
      await other.client.post('/v1/auth/login', { username, password: 'wrong' })
    for (let at = 0; at < 60; at++) await other.client.post('/v1/auth/token', { user_secret: 'pxu_wrong' })
    for (const username of ['baraka', 'nobody', 'baraka', 'chebet', 'nobody', 'baraka'])
      await refuse(username)
    const db = openDatabase(databaseUrl)
    const sums = async () =>
      await db
        .selectFrom('audit_events')
        .select(['account_id', 'ip_address', 'occurrences'])
        .where('occurrences', 'is not', null)
        .where('method', '=', 'password')
        .orderBy('occurrences', 'desc')
        .execute()
    expect(await sums()).toEqual([])
    await db.deleteFrom('accounts').where('id', '=', gone.id).execute()
    await other.close()
    expect(await sums()).toEqual([
      { account_id: owner.id, ip_address: null, occurrences: 3 },
      { account_id: null, ip_address: null, occurrences: 2 },
      { account_id: null, ip_address: null, occurrences: 1 },
    ])
    await db.destroy()
  })

  it('A34: take the same share whether or not the account exists', async () => {
    const { id } = await newPerson(server.client, 'amina')
    const headers = { 'x-forwarded-for': '203.0.113.1' }
    for (let at = 0; at < 60; at++)
      await server.client.post('/v1/auth/token', { user_secret: 'pxu_wrong' }, { headers })
    await server.client.post('/v1/auth/login', { username: 'amina', password: 'wrong' }, { headers })
    const all = await readEvents(server.databaseUrl)
    expect(all.filter(({ account_id, outcome }) => account_id === id && outcome === 'failure')).toEqual([])
  })
})
