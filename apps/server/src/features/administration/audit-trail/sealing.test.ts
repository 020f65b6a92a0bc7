import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import {
  createMigratedDatabase,
  type MigratedDatabase,
  openDatabase,
} from '../../../../tests/support/test-database.ts'
import { wireNode } from '../../../../tests/support/wired-node.ts'
import type { Services } from '../../../app/wire.ts'
import type { Database } from '../../../platform/database/tables.ts'
import type { RecordedEvent } from '../../safeguards/audit/model.ts'
import { blockEventsMax } from './block.ts'
import type { Finding } from './verification/model.ts'

const context = requestFrom(
  '203.0.113.7',
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
)
const daySeconds = 86_400

describe.each(engines)('the chain of the audit trail on $name', (engine) => {
  let database: MigratedDatabase
  let other: Database
  let node: Services
  let otherNode: Services
  const clock = new FrozenClock()
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    other = openDatabase(database.url)
    node = wireNode({ db: database.db, clock })
    otherNode = wireNode({ db: other, clock })
  })
  afterAll(async () => {
    await other?.destroy()
    await database?.drop()
  })

  let count = 0
  async function newPerson(): Promise<{ id: RecordedEvent['accountId'] & string; secret: string }> {
    const source = { context, idempotencyKey: null }
    const { account, userSecret } = await node.registration.create({ username: `person-${++count}` }, source)
    return { id: account.id, secret: userSecret ?? '' }
  }

  /** A sign-in that is refused is recorded too. */
  const signIn = (of: Services, userSecret: string) =>
    of.login.withUserSecret({ userSecret, mode: 'code' }, context).catch(() => null)

  async function findings(): Promise<Finding[]> {
    const found: Finding[] = []
    const keys = await node.keys.ownPublicKeys()
    const checkpoints = (async function* () {})()
    await node.trailVerification.verify({ keys, checkpoints }, (finding) => found.push(finding))
    return found
  }

  async function wholeTrail(limit = 1_000_000): Promise<readonly RecordedEvent[]> {
    const all: RecordedEvent[] = []
    for (let block = 0; ; ) {
      const page = await node.auditTrail.readAfter(database.db, { block, limit })
      if (page.events.length === 0) return all
      all.push(...page.events)
      block = page.block
    }
  }

  it('stays whole while several servers record, seal and erase at the same time', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, newPerson))
    await Promise.all([
      ...people.flatMap(({ secret }) => [signIn(node, secret), signIn(otherNode, secret)]),
      ...Array.from({ length: 10 }, (_, index) => (index % 2 ? node : otherNode).sealing.seal()),
      ...people.slice(0, 4).map(({ id }) => otherNode.administration.suspend(id)),
    ])
    const gone = people.slice(4, 8)
    await Promise.all([
      ...gone.map(({ id }, index) => (index % 2 ? node : otherNode).administration.erase(id)),
      ...Array.from({ length: 6 }, (_, index) => (index % 2 ? node : otherNode).sealing.seal()),
    ])
    await node.sealing.seal()
    expect(await findings()).toEqual([])
    const stored = await database.db.selectFrom('audit_events').select('id').execute()
    const trail = await wholeTrail()
    expect(trail.map(({ id }) => id).toSorted()).toEqual(stored.map(({ id }) => id).toSorted())
    for (const { id } of gone) expect(JSON.stringify(trail)).not.toContain(id)
  })

  it('is read in one order, a block at a time at least, and never twice', async () => {
    for (let at = 0; at < 5; at++) {
      await signIn(node, (await newPerson()).secret)
      await node.sealing.seal()
    }
    const whole = await wholeTrail()
    expect(await wholeTrail(1)).toEqual(whole)
    expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length)
    const last = await node.auditTrail.lastBlock(database.db)
    const now = await node.auditTrail.readAfter(database.db, { block: last, limit: 10 })
    expect(now).toEqual({ events: [], block: last })
  })

  it('takes events that were committed late, and events from a clock that is wrong', async () => {
    const { id, secret } = await newPerson()
    await node.sealing.seal()
    const behind = wireNode({ db: database.db, clock: new FrozenClock(new Date('2001-01-01T00:00:00Z')) })
    await behind.audit.failure(database.db, 'sign_in', { accountId: id }, context)
    await signIn(node, secret)
    const before = await node.auditTrail.lastBlock(database.db)
    expect(await node.sealing.seal()).toBe(2)
    const { events } = await node.auditTrail.readAfter(database.db, { block: before, limit: 10 })
    expect(events.map(({ outcome }) => outcome).toSorted()).toEqual(['failure', 'success'])
    expect(await findings()).toEqual([])
  })

  it('has several blocks for very many events', async () => {
    const { id } = await newPerson()
    await node.sealing.seal()
    const before = await node.auditTrail.lastBlock(database.db)
    const repeats = Array.from({ length: blockEventsMax + 3 })
    for (const _ of repeats) await node.audit.failure(database.db, 'sign_in', { accountId: id }, context)
    expect(await node.sealing.seal()).toBe(blockEventsMax + 3)
    expect(await node.auditTrail.lastBlock(database.db)).toBe(before + 2)
    const first = await node.auditTrail.readAfter(database.db, { block: before, limit: 10 })
    expect([first.events.length, first.block]).toEqual([blockEventsMax, before + 1])
    expect(await findings()).toEqual([])
  })

  it('A33: names an erased person nowhere, and stays whole', async () => {
    const { id, secret } = await newPerson()
    await signIn(node, secret)
    await node.sealing.seal()
    const people = database.db.selectFrom('audit_people').selectAll().where('account_id', '=', id)
    const { pseudonym, salt } = await people.executeTakeFirstOrThrow()
    await node.administration.erase(id)
    await node.sealing.seal()
    expect(await people.execute()).toEqual([])
    const rows = await database.db
      .selectFrom('audit_events')
      .selectAll()
      .where('account_id', '=', pseudonym)
      .orderBy('id')
      .execute()
    expect(rows.map(({ action }) => action)).toEqual(['registration', 'sign_in', 'deletion', 'erasure'])
    const left = JSON.stringify(rows)
    for (const trace of [id, salt, '203.0.113.7', 'Firefox']) expect(left).not.toContain(trace)
    for (const row of rows.slice(0, 3)) expect(row).toMatchObject({ session_id: null, request_id: null })
    expect(await findings()).toEqual([])
  })

  it('is whole after the retention has deleted its start, and what is left of it', async () => {
    const { id } = await newPerson()
    await node.sealing.seal()
    clock.advance(300 * daySeconds)
    await node.administration.suspend(id)
    await node.sealing.seal()
    clock.advance(100 * daySeconds)
    const before = (await wholeTrail()).length
    expect(await node.auditRetention.purge(25)).toBeGreaterThanOrEqual(25)
    expect(await findings()).toEqual([])
    while ((await node.auditRetention.purge(25)) > 0) expect(await findings()).toEqual([])
    const left = await wholeTrail()
    expect(left.map(({ action }) => action)).toEqual(['suspension'])
    expect(before).toBeGreaterThan(500)
    clock.advance(400 * daySeconds)
    expect(await node.auditRetention.purge(25)).toBe(1)
    expect([await wholeTrail(), await findings()]).toEqual([[], []])
    await node.administration.activate(id)
    await node.sealing.seal()
    expect([(await wholeTrail()).length, await findings()]).toEqual([1, []])
  })
})
