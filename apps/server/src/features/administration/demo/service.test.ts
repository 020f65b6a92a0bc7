import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, sqlite } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import {
  createMigratedDatabase,
  dump,
  type MigratedDatabase,
} from '../../../../tests/support/test-database.ts'
import { wireNode } from '../../../../tests/support/wired-node.ts'
import type { Services } from '../../../app/wire.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { dayMs } from '../../../platform/kernel/durations.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import type { Report } from '../statistics/model.ts'
import { everyone } from '../users/search/model.ts'

const options = { people: 120, days: 30, seed: 7 }
const now = new Date('2026-11-20T15:00:00Z')

describe.each(engines)('made-up people on $name', (engine) => {
  let database: MigratedDatabase
  let node: Services
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    node = wireNode({ db: database.db, clock: new FrozenClock(now) })
  })
  afterAll(async () => {
    await database?.drop()
  })

  async function report(): Promise<Report> {
    await node.sealing.seal()
    await node.counting.fold()
    const from = new Date(now.getTime() - 29 * dayMs)
    return (await node.statistics.compare({ interval: 'day', from, to: now })).current
  }

  const register = (username: string) =>
    node.registration.create({ username }, { context: noRequest, idempotencyKey: null })

  it('appear in the lists, the figures say what the events say, and the chain stays whole', async () => {
    await register('amina.odhiambo')
    const summary = await node.demo.seed(options)
    expect(summary.people).toBeGreaterThan(110)
    const events = await database.db.selectFrom('audit_events').selectAll().where('block', '=', 0).execute()
    expect(events).toHaveLength(summary.events)
    expect(Math.max(...events.map(({ at }) => at))).toBeLessThanOrEqual(now.getTime())
    const figures = await report()
    const signIns = events.filter(({ action }) => action === 'sign_in')
    const successes = signIns.filter(({ outcome }) => outcome === 'success')
    expect([figures.signIns, figures.refusedSignIns]).toEqual([
      successes.length,
      signIns.length - successes.length,
    ])
    expect(figures.people).toBe(summary.people + 1)
    expect(figures.active.day.every(({ people }) => people > 0)).toBe(true)
    const found = await node.userSearch.list(everyone, { after: null, direction: 'newest_first', limit: 10 })
    expect(found.users).toHaveLength(10)
    expect(await database.db.selectFrom('audit_blocks').select('number').execute()).not.toEqual([])
    const tail = await node.tailVerification.verify(await node.keys.ownPublicKeys(), 10)
    expect(tail.findings).toEqual([])
    await node.demo.remove()
  })

  it('are added once, until they are removed', async () => {
    await node.demo.seed(options)
    await expect(node.demo.seed(options)).rejects.toMatchObject({ problem: { code: 'demo_exists' } })
    await node.demo.remove()
  })

  it('are removed without a trace, and nothing else is', async () => {
    await register('baraka')
    await report()
    const before = await dump(database.db)
    await node.demo.seed(options)
    expect(await dump(database.db)).not.toEqual(before)
    await node.demo.remove()
    expect(await dump(database.db)).toEqual(before)
  })

  it('are erased as everyone is, if someone has tried them out', async () => {
    const { people } = await report()
    await node.demo.seed(options)
    const [one, another] = await database.db.selectFrom('external_ids').select('account_id').execute()
    const [erased, tried] = [one?.account_id, another?.account_id]
    if (erased === undefined || tried === undefined) throw new Error('no one was made up')
    await node.deletions.eraseNow(erased)
    await inTransaction(database.db, (transaction) =>
      node.audit.success(transaction, 'sign_in', { accountId: tried }, requestFrom('203.0.113.7')),
    )
    await node.sealing.seal()
    await node.demo.remove()
    expect(await database.db.selectFrom('external_ids').selectAll().execute()).toEqual([])
    expect((await report()).people).toBe(people)
    expect(await database.db.selectFrom('accounts').select('id').where('id', '=', tried).execute()).toEqual(
      [],
    )
  })
})

describe('made-up people', () => {
  it('are the same for the same seed, and others for another', async () => {
    const database = await createMigratedDatabase(sqlite)
    const node = wireNode({ db: database.db, clock: new FrozenClock(now) })
    const seeded = async (seed: number) => {
      await node.demo.seed({ ...options, seed })
      const names = await database.db.selectFrom('accounts').select('full_name').orderBy('username').execute()
      const events = await database.db
        .selectFrom('audit_events')
        .select(['action', 'at', 'ip_address'])
        .orderBy('at')
        .orderBy('action')
        .execute()
      await node.demo.remove()
      return { names, events }
    }
    const first = await seeded(1)
    expect(await seeded(1)).toEqual(first)
    expect((await seeded(2)).names).not.toEqual(first.names)
    await database.drop()
  })

  it('are refused in production, and nothing is removed there', async () => {
    const database = await createMigratedDatabase(sqlite)
    const env = {
      PROXIMA_ENV: 'production',
      PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
      PROXIMA_SECRET: 'q3vO9xkT2mN8wLzB5rYcD7hJ1sF6gA4uE0iPtKqWnRb',
    }
    const node = wireNode({ db: database.db, env })
    const refused = { problem: { code: 'demo_in_production' } }
    await expect(node.demo.seed(options)).rejects.toMatchObject(refused)
    await expect(node.demo.remove()).rejects.toMatchObject(refused)
    await database.drop()
  })
})
