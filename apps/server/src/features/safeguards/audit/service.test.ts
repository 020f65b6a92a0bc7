import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import type { LimitPolicy } from '../../../platform/kernel/limiter.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import type { AuditEvent } from './model.ts'
import { refusalsOfClient } from './model.ts'
import { AuditPeopleRepository } from './people/repository.ts'
import { AuditPeople } from './people/service.ts'
import { AuditRepository } from './repository.ts'
import { AuditService } from './service.ts'

/** Counts without windows: time does not pass here. */
class Counter {
  readonly #uses = new Map<string, number>()

  take({ name, quota }: LimitPolicy, key: string) {
    const uses = (this.#uses.get(`${name} ${key}`) ?? 0) + 1
    this.#uses.set(`${name} ${key}`, uses)
    return Promise.resolve({
      isExceeded: uses > quota,
      remaining: Math.max(0, quota - uses),
      resetSeconds: 60,
    })
  }
}

describe.each(engines)('the audit trail on $name', (engine) => {
  let database: MigratedDatabase
  let audit: AuditService
  const seen: AuditEvent[] = []
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    audit = new AuditService({
      db: database.db,
      audit: new AuditRepository(),
      people: new AuditPeople(new AuditPeopleRepository()),
      clock: new FrozenClock(),
      limiter: new Counter(),
      onEvent: (event) => seen.push(event),
    })
  })
  afterAll(async () => await database?.drop())

  const storedAs = async (action: 'request_refusal' | 'sign_in') =>
    await database.db
      .selectFrom('audit_events')
      .select(['outcome', 'reason', 'target', 'occurrences', 'ip_address'])
      .where('action', '=', action)
      .orderBy('id')
      .execute()

  it('I15: names what refused a call, and tells a limit from a missing permission', async () => {
    const from = requestFrom('198.51.100.1')
    await audit.requestRefusal({ code: 'rate_limited', by: 'login', route: 'POST /v1/auth/login' }, from)
    await audit.requestRefusal({ code: 'forbidden', by: 'audit:read', route: 'GET /v1/audit-events' }, from)
    await audit.requestRefusal({ code: 'overloaded', by: null, route: 'POST /v1/auth/login' }, from)
    const of = { occurrences: null, ip_address: '198.51.100.1' }
    expect(await storedAs('request_refusal')).toEqual([
      { ...of, outcome: 'limited', reason: 'rate_limited:login', target: 'route:POST /v1/auth/login' },
      { ...of, outcome: 'failure', reason: 'forbidden:audit:read', target: 'route:GET /v1/audit-events' },
      { ...of, outcome: 'failure', reason: 'overloaded', target: 'route:POST /v1/auth/login' },
    ])
  })

  it('I13: stores the share of a client, one by one, and all further refusals as a sum', async () => {
    const flood = refusalsOfClient.quota + 5
    seen.length = 0
    for (let index = 0; index < flood; index++)
      await audit.refusal(
        database.db,
        'sign_in',
        { method: 'password', reason: 'wrong_credentials' },
        requestFrom('198.51.100.2'),
        { isLimited: false },
      )
    expect(await storedAs('sign_in')).toHaveLength(refusalsOfClient.quota)
    // The metrics count each of them.
    expect(seen).toHaveLength(flood)
    await audit.storeSums()
    const sums = (await storedAs('sign_in')).filter(({ occurrences }) => occurrences !== null)
    expect(sums).toMatchObject([{ occurrences: 5, ip_address: null, outcome: 'failure' }])
    await audit.storeSums()
    expect(await storedAs('sign_in')).toHaveLength(refusalsOfClient.quota + 1)
  })

  it('A34: says that a refused guess came too early, whatever else was wrong with it', async () => {
    const subject = { method: 'password', reason: 'wrong_credentials' }
    const from = requestFrom('198.51.100.3')
    await audit.refusal(database.db, 'sign_in', subject, from, { isLimited: true })
    expect((await storedAs('sign_in')).at(-1)).toMatchObject({
      outcome: 'limited',
      reason: 'too_many_guesses',
    })
  })

  it('I13: stores one guess a minute that came too early, for each key, and counts all', async () => {
    seen.length = 0
    const before = (await storedAs('sign_in')).length
    for (const key of ['one', 'one', 'another'])
      await audit.recordThrottled(database.db, 'sign_in', { method: 'password' }, noRequest, key)
    expect(seen).toHaveLength(3)
    expect((await storedAs('sign_in')).slice(before)).toMatchObject([
      { outcome: 'limited', reason: 'too_many_guesses' },
      { outcome: 'limited', reason: 'too_many_guesses' },
    ])
  })
})
