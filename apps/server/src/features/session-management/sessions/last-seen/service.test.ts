import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../../../tests/support/account-rows.ts'
import { engines } from '../../../../../tests/support/engines.ts'
import { connectFailing, FaultPlan } from '../../../../../tests/support/failing-database.ts'
import { FrozenClock } from '../../../../../tests/support/frozen-clock.ts'
import { requestFrom } from '../../../../../tests/support/request-context.ts'
import { sessionsOn } from '../../../../../tests/support/sessions.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../../tests/support/test-database.ts'
import { loadConfig } from '../../../../platform/config/load-config.ts'
import type { Database } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import { daySeconds } from '../../../../platform/kernel/durations.ts'
import type { AccountId, SessionId } from '../../../../platform/kernel/ids.ts'
import type { SessionsService } from '../service.ts'
import { LastSeenRepository } from './repository.ts'
import { LastSeenService } from './service.ts'

const minute = 60
const idleSeconds = 14 * daySeconds

describe.each(engines)('the last use of sessions on $name', (engine) => {
  let database: MigratedDatabase
  let db: Database
  const plan = new FaultPlan()
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    const { databaseUrl } = loadConfig({ PROXIMA_DATABASE_URL: database.url })
    const options = { poolMax: 4, statementTimeoutMs: 10_000, onError: () => undefined }
    db = connectFailing(plan)(databaseUrl, options).db
  })
  afterAll(async () => {
    await db?.destroy()
    await database?.drop()
  })

  let clock: FrozenClock
  let lastSeen: LastSeenService
  let sessions: SessionsService
  let accountId: AccountId
  beforeEach(async () => {
    await db.deleteFrom('sessions').execute()
    clock = new FrozenClock(new Date('2026-11-29T12:00:00Z'))
    lastSeen = new LastSeenService({ db, lastSeen: new LastSeenRepository(), notedMax: 1_000 })
    sessions = nodeWith(lastSeen)
    accountId = await insertAccount(db)
  })

  function nodeWith(seen: LastSeenService): SessionsService {
    return sessionsOn({ db, clock, lastSeen: seen, idleSeconds, ttlSeconds: 400 * daySeconds })
  }

  async function start(count = 1): Promise<SessionId[]> {
    const ids = []
    for (let at = 0; at < count; at++) {
      const context = requestFrom('203.0.113.7')
      ids.push((await sessions.start(db, { accountId, methods: ['password'], mode: 'code', context })).id)
    }
    return ids
  }

  /** How long ago each session was last used, as it is stored, in seconds. */
  async function stored(): Promise<number[]> {
    const rows = await db.selectFrom('sessions').select('last_seen_at').orderBy('id').execute()
    return rows.map((row) => (clock.now().getTime() - row.last_seen_at) / 1_000)
  }

  it('is stored for all of them by one statement, and no request waits for it', async () => {
    const ids = await start(5)
    clock.advance(minute)
    for (const id of ids) await sessions.principal(id)
    expect(await stored()).toEqual([60, 60, 60, 60, 60])
    plan.arm(0, 'unsent')
    await lastSeen.flush()
    expect(plan.disarm().sent).toEqual(['begin', expect.stringContaining('update'), 'commit'])
    expect(await stored()).toEqual([0, 0, 0, 0, 0])
    plan.arm(0, 'unsent')
    await lastSeen.flush()
    expect(plan.disarm().sent).toEqual([])
  })

  it('is shown before it is stored', async () => {
    const [id] = await start()
    clock.advance(minute)
    await sessions.principal(id as SessionId)
    const page = { before: null, limit: 10 }
    const used = { id, lastSeenAt: clock.now() }
    expect(await sessions.list(accountId, page)).toMatchObject([used])
    expect(await sessions.listKept(accountId, page)).toMatchObject([used])
  })

  it('A55: never revives a session that was ended in between', async () => {
    const [id] = (await start()) as [SessionId]
    clock.advance(minute)
    await sessions.principal(id)
    await inTransaction(db, (transaction) => sessions.end(transaction, { accountId, sessionId: id }))
    await lastSeen.flush()
    expect(await stored()).toEqual([])
    await expect(sessions.principal(id)).rejects.toThrow()
  })

  it('is tried again after the database could not store it, and every later use counts', async () => {
    const [first, second] = (await start(2)) as [SessionId, SessionId]
    clock.advance(minute)
    await sessions.principal(first)
    clock.advance(minute)
    await sessions.principal(second)
    plan.arm(1, 'unsent')
    await expect(lastSeen.flush()).rejects.toThrow()
    plan.disarm()
    expect(await stored()).toEqual([120, 120])
    clock.advance(minute)
    await lastSeen.flush()
    expect(await stored()).toEqual([120, 60])
  })

  it('A59: is stored at once if it comes so late that another server may take the session for over', async () => {
    const [id] = (await start()) as [SessionId]
    clock.advance(idleSeconds - 1)
    await sessions.principal(id)
    clock.advance(2)
    const other = nodeWith(new LastSeenService({ db, lastSeen: new LastSeenRepository() }))
    expect(await other.principal(id)).toMatchObject({ sessionId: id })
  })

  it('is remembered for a limited number of sessions while the database cannot write', async () => {
    const ids = await start(2)
    const seen = new LastSeenService({ db, lastSeen: new LastSeenRepository(), notedMax: 1 })
    const node = nodeWith(seen)
    clock.advance(minute)
    for (const id of [...ids, ...ids]) await node.principal(id)
    await seen.flush()
    expect(await stored()).toEqual([0, 60])
    // The other one is noted when it is used again.
    for (const id of ids) await node.principal(id)
    await seen.flush()
    expect(await stored()).toEqual([0, 0])
  })

  it('A59: decides when the purge deletes an idle session: once its day is over, and never early', async () => {
    await start()
    clock.advance(idleSeconds + daySeconds / 2 - 0.001)
    expect(await sessions.purge(10)).toBe(0)
    clock.advance(0.001)
    expect(await sessions.purge(10)).toBe(1)
  })

  it.runIf(engine.name === 'PostgreSQL')('writes no index, unless a day has passed', async () => {
    const ids = await start(3)
    const use = async () => {
      for (const id of ids) await sessions.principal(id)
      await lastSeen.flush()
    }
    const before = await updates(db)
    for (let round = 0; round < 3; round++) {
      clock.advance(minute)
      await use()
    }
    await expect.poll(async () => difference(await updates(db), before)).toEqual({ all: 9, hot: 9 })
    clock.advance(daySeconds)
    await use()
    await expect.poll(async () => difference(await updates(db), before)).toEqual({ all: 12, hot: 9 })
  })
})

interface Updates {
  readonly all: number
  /** Heap-only: without a new entry in any index. */
  readonly hot: number
}

async function updates(db: Database): Promise<Updates> {
  await sql`select pg_stat_force_next_flush()`.execute(db)
  const { rows } = await sql<{ n_tup_upd: number; n_tup_hot_upd: number }>`
    select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relname = 'sessions'`.execute(db)
  return { all: rows[0]?.n_tup_upd ?? 0, hot: rows[0]?.n_tup_hot_upd ?? 0 }
}

function difference(now: Updates, before: Updates): Updates {
  return { all: now.all - before.all, hot: now.hot - before.hot }
}
