import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { sqlite } from '../../../../../tests/support/engines.ts'
import { newPerson } from '../../../../../tests/support/people.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import type { Database } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import { highestId, newId, type SessionId } from '../../../../platform/kernel/ids.ts'
import { streamMaxMs } from './model.ts'
import { FeedRepository } from './repository.ts'
import { RevocationFeed } from './service.ts'
import { RevocationTail } from './tail.ts'

/** A database that takes long for every page but the first. */
class SlowFeed extends FeedRepository {
  readonly asked = Promise.withResolvers<void>()
  readonly released = Promise.withResolvers<void>()

  override async list(db: Database, page: Parameters<FeedRepository['list']>[1]) {
    if (page.after.id !== highestId) {
      this.asked.resolve()
      await this.released.promise
    }
    return await super.list(db, page)
  }
}

describe('a service that begins to follow revocations', () => {
  let server: TestServer
  let services: OwnServices
  beforeAll(async () => {
    server = await startTestServer(sqlite)
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  it('A77: misses none, although others have already been told a part of what is being read', async () => {
    const { db, revocations } = services
    const { id } = await newPerson(server.client)
    const reader = { accountId: (await newPerson(server.client)).id }
    const slow = new SlowFeed()
    const options = { db, clock: server.clock }
    const tail = new RevocationTail({ ...options, feed: slow })
    const feed = new RevocationFeed({ ...options, feed: new FeedRepository(), tail })
    const sessionIds = Array.from({ length: 1_200 }, () => newId<SessionId>())

    async function hearAll() {
      const heard = new Set<string | null>()
      for await (const { completeTo, revocations: told } of feed.stream(reader, null)) {
        for (const { sessionId } of told) heard.add(sessionId)
        if (sessionIds.every((each) => heard.has(each))) return 'all'
        // They are in three batches, the first of which has the time as its number.
        if (completeTo >= server.clock.now().getTime() + 2) return 'not all'
      }
      return 'ended'
    }

    const first = hearAll()
    await expect.poll(() => tail.listeners).toBe(1)
    await inTransaction(db, (transaction) => revocations.recordSessions(transaction, id, sessionIds))
    await slow.asked.promise
    const second = hearAll()
    slow.released.resolve()
    expect(await first).toBe('all')
    expect(await second).toBe('all')
    await tail.stop()
  })

  it('I13: gives up its place after a minute, although it takes nothing', async () => {
    const options = { db: services.db, clock: server.clock, feed: new FeedRepository() }
    const tail = new RevocationTail(options)
    const { id: accountId } = await newPerson(server.client)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const stream = new RevocationFeed({ ...options, tail }).stream({ accountId }, null)
    await stream.next()
    expect(tail.listeners).toBe(1)
    vi.advanceTimersByTime(streamMaxMs)
    expect(tail.listeners).toBe(0)
    vi.useRealTimers()
    while ((await stream.next()).done !== true);
    await tail.stop()
  })
})
