import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../tests/support/engines.ts'
import { newPerson, type Person, signInWith } from '../../../tests/support/people.ts'
import { sessionsOn } from '../../../tests/support/sessions.ts'
import { openDatabase } from '../../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'
import type { Database } from '../../platform/database/tables.ts'
import { startOfDay } from '../../platform/kernel/durations.ts'
import { newId, type SessionId } from '../../platform/kernel/ids.ts'
import { purgeAll } from './purge-all.ts'
import type { Purge } from './purges.ts'

describe.each(engines)('purging on $name', (engine) => {
  let server: TestServer
  let db: Database
  let purges: readonly Purge[]
  let person: Person
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_PURGE_INTERVAL_SECONDS: '0' } })
    db = openDatabase(server.databaseUrl)
    const { clock } = server
    const sessions = sessionsOn({ db, clock, ttlSeconds: 600 })
    purges = [{ name: 'sessions', purge: (limit) => sessions.purge(limit) }]
    person = await newPerson(server.client)
  })
  afterAll(async () => {
    await db?.destroy()
    await server?.close()
  })

  async function addSessions(count: number, expiresAt: number): Promise<void> {
    const rows = Array.from({ length: count }, () => ({
      id: newId<SessionId>(),
      account_id: person.id,
      amr: 'pwd',
      authenticated_at: 0,
      user_agent: null,
      ip_address: null,
      created_at: 0,
      last_seen_at: server.clock.now().getTime(),
      last_seen_day: startOfDay(server.clock.now()),
      expires_at: expiresAt,
    }))
    await db.insertInto('sessions').values(rows).execute()
  }

  async function countSessions(): Promise<number> {
    const { count } = await db
      .selectFrom('sessions')
      .select(({ fn }) => fn.countAll().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  it('deletes every session that has expired, to the millisecond, and no other', async () => {
    const now = server.clock.now().getTime()
    await addSessions(1_100, now)
    await addSessions(3, now + 1)
    const [sessions] = await purgeAll(purges, { pauseMs: 0 })
    expect(sessions).toEqual({ name: 'sessions', deleted: 1_100, isDone: true })
    expect(await countSessions()).toBe(4)
    expect((await server.client.me(person.token)).status).toBe(200)
    expect(await purgeAll(purges)).toMatchObject([{ deleted: 0, isDone: true }])
  })

  it('stops at its limit, reports that, and continues in the next round', async () => {
    await addSessions(25, 1)
    const bounded = await purgeAll(purges, { batchRows: 5, batchesMax: 2, pauseMs: 0 })
    expect(bounded).toMatchObject([{ deleted: 10, isDone: false }])
    expect(await purgeAll(purges)).toMatchObject([{ deleted: 15, isDone: true }])
  })

  it('deletes each row once, however many nodes purge at once', async () => {
    await addSessions(400, 1)
    const nodes = Array.from({ length: 8 }, () => purgeAll(purges, { batchRows: 10, pauseMs: 0 }))
    const deleted = (await Promise.all(nodes)).flat().reduce((sum, each) => sum + each.deleted, 0)
    const [rest] = await purgeAll(purges)
    expect(deleted + (rest?.deleted ?? 0)).toBe(400)
    expect((await server.client.me(person.token)).status).toBe(200)
  })
})

describe.each(engines)('a server on $name', (engine) => {
  it('purges by itself at the configured interval, and stops cleanly', async () => {
    const server = await startTestServer(engine, { env: { PROXIMA_PURGE_INTERVAL_SECONDS: '1' } })
    const db = openDatabase(server.databaseUrl)
    try {
      const { sessionId, secret } = await newPerson(server.client)
      server.clock.advance(40 * 86_400)
      const { token } = await signInWith(server.client, secret)
      const isGone = async () => {
        const row = await db
          .selectFrom('sessions')
          .select('id')
          .where('id', '=', sessionId)
          .executeTakeFirst()
        return row === undefined
      }
      await expect.poll(isGone, { timeout: 10_000, interval: 50 }).toBe(true)
      expect((await server.client.me(token)).status).toBe(200)
      // It is written once the round is over.
      await expect.poll(() => server.log.join(''), { timeout: 10_000 }).toContain('deleted expired rows')
    } finally {
      await db.destroy()
      await server.close()
    }
  })
})

it('ends its round between two batches when it must stop', async () => {
  const stopping = new AbortController()
  let batches = 0
  const endless: Purge = {
    name: 'endless',
    purge: async (limit) => {
      batches += 1
      if (batches === 3) stopping.abort()
      return limit
    },
  }
  const purged = await purgeAll([endless], { batchRows: 10, signal: stopping.signal })
  expect(purged).toEqual([{ name: 'endless', deleted: 30, isDone: false }])
})
