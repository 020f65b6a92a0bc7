import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../../tests/support/account-rows.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { wireNode } from '../../../../tests/support/wired-node.ts'
import type { Services } from '../../../app/wire.ts'
import type { Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { dayMs, hourMs } from '../../../platform/kernel/durations.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import type { Report } from './model.ts'

/** A Tuesday. */
const noon = new Date('2026-11-10T12:00:00Z')
const context = requestFrom('203.0.113.7')

describe.each(engines)('the figures on $name', (engine) => {
  let database: MigratedDatabase
  let clock: FrozenClock
  let node: Services
  let other: Services
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => {
    await database?.drop()
  })
  beforeEach(() => {
    clock = new FrozenClock(noon)
    node = wireNode({ db: database.db, clock })
    other = wireNode({ db: database.db, clock })
  })
  afterEach(async () => {
    for (const table of ['statistics', 'statistics_changes', 'account_activity', 'audit_events'] as const)
      await database.db.deleteFrom(table).execute()
  })

  const commit = <T>(work: (transaction: Transaction) => Promise<T>) => inTransaction(database.db, work)
  const signedIn = (services: Services, accountId: AccountId, method = 'password') =>
    commit((transaction) => services.audit.success(transaction, 'sign_in', { accountId, method }, context))
  const refused = (services: Services, reason: string) =>
    services.audit.failure(database.db, 'sign_in', { method: 'password', reason }, context)

  async function countAll(): Promise<void> {
    for (const services of [node, other]) {
      await services.activity.flush()
      await services.sealing.seal()
      await services.counting.fold()
    }
  }

  async function reportOn(days: number): Promise<{ current: Report; before: Report }> {
    const to = clock.now()
    return await node.statistics.compare({
      interval: 'day',
      from: new Date(to.getTime() - days * dayMs),
      to,
    })
  }

  it('count sign-ins by method, and refusals by reason, by day and by hour', async () => {
    const amina = await insertAccount(database.db)
    await signedIn(node, amina)
    await signedIn(other, amina, 'user_secret')
    clock.advance(hourMs / 1_000)
    await signedIn(node, amina)
    await refused(other, 'wrong_credentials')
    await refused(node, 'unknown_account')
    await refused(node, 'unknown_account')
    await countAll()
    const { current } = await reportOn(1)
    expect(current).toMatchObject({
      signIns: 3,
      refusedSignIns: 3,
      signInsByMethod: [
        { value: 'password', count: 2 },
        { value: 'user_secret', count: 1 },
      ],
      refusedByReason: [
        { value: 'unknown_account', count: 2 },
        { value: 'wrong_credentials', count: 1 },
      ],
    })
    const hours = await node.statistics.compare({ interval: 'hour', from: noon, to: clock.now() })
    expect(hours.current.steps).toMatchObject([{ startsAt: noon, signIns: 2, refusedSignIns: 0 }])
  })

  it('count nothing of a transaction that is undone', async () => {
    const amina = await insertAccount(database.db)
    const undone = commit(async (transaction) => {
      await node.audit.success(transaction, 'sign_in', { accountId: amina, method: 'password' }, context)
      await node.counting.changePeople(transaction, 1)
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    await countAll()
    expect((await reportOn(1)).current).toMatchObject({ people: 0, signIns: 0 })
  })

  it('are those of the audit trail after a random journey on two servers that count at the same time', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, () => insertAccount(database.db)))
    const pick = <T>(all: readonly T[]) => all[Math.floor(Math.random() * all.length)] as T
    const step = async () => {
      const services = pick([node, other])
      const chance = Math.random()
      if (chance < 0.4) await signedIn(services, pick(people), pick(['password', 'user_secret']))
      else if (chance < 0.7) await refused(services, pick(['wrong_credentials', 'unknown_account']))
      else if (chance < 0.8)
        await commit(async (transaction) => {
          await services.audit.success(transaction, 'sign_in', { accountId: pick(people) }, context)
          throw new Error('undone')
        }).catch(() => undefined)
      else await Promise.all([node.sealing.seal(), other.sealing.seal()])
    }
    for (let day = 0; day < 3; day++) {
      for (let round = 0; round < 15; round++) await Promise.all(Array.from({ length: 4 }, step))
      clock.advance(dayMs / 1_000)
    }
    await Promise.all([countAll(), countAll()])
    const { current } = await reportOn(5)
    const events = await database.db.selectFrom('audit_events').selectAll().execute()
    for (const { startsAt, signIns, refusedSignIns } of current.steps) {
      const own = events.filter(({ at }) => at >= startsAt.getTime() && at < startsAt.getTime() + dayMs)
      const successes = own.filter(({ outcome }) => outcome === 'success')
      expect([signIns, refusedSignIns]).toEqual([successes.length, own.length - successes.length])
      const active = new Set(successes.map(({ account_id }) => account_id)).size
      expect(current.active.day.find((each) => +each.startsAt === +startsAt)?.people).toBe(active)
    }
    expect(current.signIns).toBeGreaterThan(0)
    expect(current.refusedSignIns).toBeGreaterThan(0)
  })

  it('add up what several servers have inserted once, if they add it up at the same time', async () => {
    for (let index = 0; index < 30; index++)
      await commit((transaction) => pickOf(index, node, other).counting.changePeople(transaction, 1))
    await Promise.all([node, other, node, other].map(({ counting }) => counting.fold()))
    expect((await reportOn(1)).current.people).toBe(30)
  })

  it('say how many people there are at the end of each day', async () => {
    await commit((transaction) => node.counting.changePeople(transaction, 5))
    clock.advance(dayMs / 1_000)
    await commit((transaction) => node.counting.changePeople(transaction, 2))
    await commit((transaction) => other.counting.changePeople(transaction, -1))
    clock.advance(dayMs / 1_000)
    await countAll()
    const { before, current } = await reportOn(1)
    expect(before.people).toBe(5)
    expect(current.steps.map(({ people }) => people)).toEqual([6, 6])
    const { current: today } = await node.statistics.compare({
      interval: 'hour',
      from: new Date(clock.now().getTime() - 25 * hourMs),
      to: clock.now(),
    })
    expect(today.steps.map(({ people }) => people).slice(0, 2)).toEqual([5, 6])
  })

  it('count a person once in each day, week and month, whatever they do', async () => {
    const [amina, baraka] = [await insertAccount(database.db), await insertAccount(database.db)]
    await signedIn(node, amina)
    other.activity.note(amina, clock.now())
    node.activity.note(baraka, clock.now())
    await countAll()
    clock.advance(dayMs / 1_000)
    await signedIn(node, amina)
    await signedIn(other, amina)
    clock.advance((5 * dayMs) / 1_000)
    node.activity.note(amina, clock.now())
    await countAll()
    const { current } = await reportOn(6)
    const people = (period: 'day' | 'week' | 'month') =>
      current.active[period].map((active) => [active.startsAt.toISOString().slice(0, 10), active.people])
    expect(people('day')).toEqual([
      ['2026-11-10', 2],
      ['2026-11-11', 1],
      ['2026-11-12', 0],
      ['2026-11-13', 0],
      ['2026-11-14', 0],
      ['2026-11-15', 0],
      ['2026-11-16', 1],
    ])
    expect(people('week')).toEqual([
      ['2026-11-09', 2],
      ['2026-11-16', 1],
    ])
    expect(people('month')).toEqual([['2026-11-01', 2]])
  })

  it('keep no row of a person who is erased, and still count them', async () => {
    const amina = await insertAccount(database.db)
    await signedIn(node, amina)
    await countAll()
    await commit((transaction) => node.activity.forget(transaction, amina))
    expect(await database.db.selectFrom('account_activity').selectAll().execute()).toEqual([])
    // Noted by another request, and stored when the account is gone.
    node.activity.note(amina, clock.now())
    await database.db.deleteFrom('accounts').where('id', '=', amina).execute()
    await countAll()
    expect(await database.db.selectFrom('account_activity').selectAll().execute()).toEqual([])
    expect((await reportOn(1)).current.active.day.at(-1)).toMatchObject({ people: 1 })
  })

  it('stay when the events are deleted, and what counts a person once is deleted after its period', async () => {
    const amina = await insertAccount(database.db)
    await signedIn(node, amina)
    await countAll()
    await database.db.deleteFrom('audit_events').execute()
    const periods = async () =>
      (await database.db.selectFrom('account_activity').select('period').orderBy('period').execute()).map(
        ({ period }) => period,
      )
    clock.advance((4 * dayMs) / 1_000)
    expect(await node.activity.purge(10)).toBe(1)
    expect(await periods()).toEqual(['month', 'week'])
    clock.advance((40 * dayMs) / 1_000)
    expect(await node.activity.purge(1)).toBe(1)
    expect(await node.activity.purge(10)).toBe(1)
    expect(await periods()).toEqual([])
    expect((await reportOn(60)).current).toMatchObject({ signIns: 1 })
  })

  it('count accounts of people when they are created and erased, and no programs', async () => {
    const source = { context: noRequest, idempotencyKey: null }
    const { account } = await node.registration.create({ username: 'amina' }, source)
    await commit((transaction) => node.accounts.createService(transaction, 'reports'))
    await countAll()
    expect((await reportOn(1)).current).toMatchObject({ people: 1, signUps: 1 })
    await commit((transaction) => node.accounts.delete(transaction, account.id))
    await countAll()
    expect((await reportOn(1)).current).toMatchObject({ people: 0, signUps: 1 })
  })
})

function pickOf<T>(index: number, one: T, another: T): T {
  return index % 2 === 0 ? one : another
}
