import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { rollBackIf } from '../../../../tests/support/account-rows.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { KeysRepository, type NewKey } from './repository.ts'

const keys = new KeysRepository()

function key(kid: string, predecessor: string | null, at: number): NewKey {
  const [createdAt, activatesAt] = [new Date(at), new Date(at + 100)]
  return {
    kid,
    algorithm: 'ES256',
    publicJwk: `{"kid":"${kid}"}`,
    privateJwkSealed: `sealed ${kid}`,
    createdAt,
    activatesAt,
    predecessor,
  }
}

describe.each(engines)('signing keys on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())
  beforeEach(async () => void (await database.db.deleteFrom('signing_keys').execute()))

  const insert = (each: NewKey) =>
    rollBackIf(
      database.db,
      (isStored) => !isStored,
      (db) => keys.insert(db, each),
    )

  it('are read as they were stored, newest first', async () => {
    expect(await insert(key('first', null, 1_000))).toBe(true)
    expect(await insert(key('second', 'first', 2_000))).toBe(true)
    const { predecessor: _, ...second } = key('second', 'first', 2_000)
    const listed = await keys.list(database.db)
    expect(listed[0]).toEqual({ ...second, retiresAt: null })
    expect(listed.map(({ kid }) => kid)).toEqual(['second', 'first'])
  })

  it('are stored once if several nodes make one at the same time, and the others get an error', async () => {
    const made = await Promise.all(['a', 'b', 'c', 'd'].map((kid) => insert(key(kid, null, 1_000))))
    expect(made.filter((isStored) => isStored)).toHaveLength(1)
    expect(await keys.list(database.db)).toHaveLength(1)
  })

  it('have kids that are compared exactly', async () => {
    await insert(key('kid', null, 1))
    await insert(key('KID', 'kid', 2))
    await insert(key('kid ', 'KID', 3))
    await keys.retire(database.db, 'kid', new Date(9))
    const listed = await keys.list(database.db)
    expect(listed.map(({ kid, retiresAt }) => [kid, retiresAt])).toEqual([
      ['kid ', null],
      ['KID', null],
      ['kid', new Date(9)],
    ])
    await expect(insert(key('kid', 'other', 4))).rejects.toMatchObject({ constraint: 'primary_key' })
  })

  it('A76: keep the earliest end that was set', async () => {
    await insert(key('old', null, 1))
    const newer = key('newer', 'old', 5)
    await insert(newer)
    await inTransaction(database.db, (db) => keys.retireOlder(db, newer, new Date(50)))
    const end = async () =>
      (await keys.list(database.db)).map(({ kid, retiresAt }) => [kid, retiresAt?.getTime()])
    expect(await end()).toEqual([
      ['newer', undefined],
      ['old', 50],
    ])
    await keys.retire(database.db, 'old', new Date(60))
    expect(await end()).toContainEqual(['old', 50])
    await keys.retire(database.db, 'old', new Date(40))
    expect(await end()).toContainEqual(['old', 40])
  })

  it('are sealed again only if the stored value is the one that was read', async () => {
    await insert(key('only', null, 1))
    const [read] = await keys.list(database.db)
    if (read === undefined) throw new Error('it was stored')
    expect(await keys.replaceSealed(database.db, { ...read, privateJwkSealed: 'SEALED ONLY' }, 'x')).toBe(
      false,
    )
    expect(await keys.replaceSealed(database.db, read, 'sealed anew')).toBe(true)
    expect(await keys.replaceSealed(database.db, read, 'too late')).toBe(false)
    expect((await keys.list(database.db))[0]?.privateJwkSealed).toBe('sealed anew')
  })
})
