import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { resealAll } from '../../../../tests/support/resealing.ts'
import { sessionsOn } from '../../../../tests/support/sessions.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { Sealer } from '../../../platform/crypto/sealing.ts'
import { type AccountId, newId } from '../../../platform/kernel/ids.ts'
import type { SessionsService } from './service.ts'

const before = { current: 'aMasterSecretOfOneDatabase-1f6c0e9a83b75d24' }
const after = { current: 'aMasterSecretOfAnotherOne-77d0c2a9e4b1f853' }
const both = { ...after, previous: [before.current] }
const context = requestFrom('203.0.113.7', 'Firefox/145.0')
/** More than are sealed anew in one step. */
const signIns = 105

describe.each(engines)('sealing the keys of refresh tokens again on $name', (engine) => {
  let database: MigratedDatabase
  const clock = new FrozenClock()
  let lastToken: string
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    const accountId = newId<AccountId>()
    const times = { created_at: clock.now().getTime(), updated_at: clock.now().getTime() }
    await database.db
      .insertInto('accounts')
      .values({ id: accountId, kind: 'person', status: 'active', ...times })
      .execute()
    const newSession = { accountId, methods: ['password'], context } as const
    const sessions = serviceWith(before)
    await sessions.start(database.db, { ...newSession, mode: 'code' })
    for (let index = 0; index < signIns; index++) {
      const { refreshToken } = await sessions.start(database.db, { ...newSession, mode: 'token' })
      lastToken = refreshToken ?? ''
    }
  })
  afterAll(async () => await database?.drop())

  const serviceWith = (secrets: typeof before | typeof both): SessionsService =>
    sessionsOn({ db: database.db, clock, sealer: new Sealer(secrets) })

  it('counts them in a dry run, seals each once, and keeps their tokens valid', async () => {
    expect(await resealAll(serviceWith(both), true)).toEqual([100, 5, 0])
    expect(await resealAll(serviceWith(both), false)).toEqual([100, 5, 0])
    expect(await resealAll(serviceWith(both), false)).toEqual([0, 0, 0])
    expect(await serviceWith(after).refresh(lastToken, () => undefined)).toMatchObject({
      refreshToken: expect.any(String),
    })
  })
})
