import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../../tests/support/frozen-clock.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../../tests/support/test-database.ts'
import { CeremoniesRepository } from './repository.ts'
import { CeremoniesService } from './service.ts'

describe.each(engines)('what browsers were asked to sign on $name', (engine) => {
  let database: MigratedDatabase
  let ceremonies: CeremoniesService
  const clock = new FrozenClock()
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    ceremonies = new CeremoniesService({ db: database.db, ceremonies: new CeremoniesRepository(), clock })
  })
  afterAll(async () => await database?.drop())

  const start = () => ceremonies.start({ purpose: 'sign_in', accountId: null })
  const take = async (flow: string) => (await ceremonies.take(flow, ['sign_in']))?.challenge ?? null

  it('A99: can be answered for five minutes, to the second', async () => {
    const [inTime, late] = [await start(), await start()]
    clock.advance(299)
    expect(await take(inTime.flow)).toBe(inTime.challenge)
    clock.advance(1)
    expect(await take(late.flow)).toBeNull()
  })

  it('is deleted only when it can no longer be answered', async () => {
    while ((await ceremonies.purge(10)) > 0);
    const older = await start()
    clock.advance(60)
    const newer = await start()
    clock.advance(239)
    expect(await ceremonies.purge(10)).toBe(0)
    clock.advance(2)
    expect(await ceremonies.purge(10)).toBe(1)
    expect(await take(older.flow)).toBeNull()
    expect(await take(newer.flow)).toBe(newer.challenge)
  })

  it('A99: is for the flow, for what else the client must have, and for its purpose', async () => {
    const begun = await ceremonies.start({ purpose: 'addition', accountId: null }, ['session'])
    const purposes = ['addition'] as const
    expect(await ceremonies.take(begun.flow, purposes)).toBeNull()
    expect(await ceremonies.take(begun.flow, purposes, ['another'])).toBeNull()
    expect(await ceremonies.take(begun.flow, ['sign_in'], ['session'])).toBeNull()
    // Taken with that, also for its own purpose.
    expect(await ceremonies.take(begun.flow, purposes, ['session'])).toBeNull()
  })
})
