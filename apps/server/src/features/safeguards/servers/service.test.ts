import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { newId, type ServerId } from '../../../platform/kernel/ids.ts'
import { ServersRepository } from './repository.ts'
import { ServersService } from './service.ts'

const minute = 60
const day = 24 * 60 * minute

describe.each(engines)('the list of servers on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())

  /** A server whose clock differs from that of the one that asks. */
  function serviceAt(clock: FrozenClock): ServersService {
    return new ServersService({ db: database.db, servers: new ServersRepository(), clock })
  }
  const start = new Date('2027-01-01T00:00:00Z')
  const self = (id: ServerId) => ({
    id,
    host: 'web-1',
    version: '1.0.0',
    secretIds: ['aaaaaaaaaaa', 'bbbbbbbbbbb'],
    publicUrl: null,
    startedAt: start,
  })

  it('has each server once, until it leaves', async () => {
    const clock = new FrozenClock(start)
    const servers = serviceAt(clock)
    const server = self(newId())
    await servers.report(server)
    clock.advance(30)
    await servers.report(server)
    expect(await servers.listRunning()).toEqual([{ ...server, seenAt: clock.now() }])
    await servers.leave(server.id)
    expect(await servers.listRunning()).toEqual([])
  })

  it.each([
    ['that crashed a moment ago', -1, true],
    ['with a clock that is five minutes behind', -5 * minute, true],
    ['with a clock that is five minutes ahead', 5 * minute, true],
    ['that was not seen for ten minutes', -10 * minute - 1, false],
    ['with a clock that was a day ahead', day, false],
  ])('a server %s: %i s, counts as running: %s', async (_what, offset, expected) => {
    const [clock, other] = [new FrozenClock(start), new FrozenClock(start)]
    other.advance(offset)
    const server = self(newId())
    await serviceAt(other).report(server)
    expect((await serviceAt(clock).listRunning()).length > 0).toBe(expected)
    await serviceAt(clock).leave(server.id)
  })

  it('keeps the row of no server that ended more than a day ago, or whose clock was more than a day ahead', async () => {
    const clock = new FrozenClock(start)
    const rows = async () => (await database.db.selectFrom('servers').select('id').execute()).length
    for (const offset of [-day - 1, -day + minute, 0, day - minute, day + 1]) {
      const other = new FrozenClock(start)
      other.advance(offset)
      await serviceAt(other).report(self(newId()))
    }
    expect(await serviceAt(clock).purge(10)).toBe(1)
    expect(await rows()).toBe(3)
  })
})
