import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../tests/support/account-rows.ts'
import { engines } from '../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../tests/support/test-database.ts'
import type { AccountStatus } from '../kernel/account.ts'
import { type AccountId, newId } from '../kernel/ids.ts'
import { CoalescedQuery } from './coalesced-query.ts'
import type { Database } from './tables.ts'
import { inTransaction } from './transactions.ts'

interface Values {
  readonly status: AccountStatus
}

const statusById = new CoalescedQuery({
  names: ['status'],
  build: (db: Database, { status }: Values, hasKey) =>
    db
      .selectFrom('accounts')
      .select(['id', 'status'])
      .where('status', '=', status)
      .where(hasKey('accounts.id')),
  keyOf: ({ id }) => id,
})

describe.each(engines)('a coalesced query on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())

  const find = (db: Database, id: AccountId, status: AccountStatus = 'active') =>
    statusById.execute(db, id, { status })

  // The lengths around those of the lists, and more keys than one statement takes.
  it.each([1, 2, 3, 4, 5, 16, 17, 31, 32, 33, 70])(
    'gives each of %i callers the rows of its own key',
    async (count) => {
      const ids: AccountId[] = []
      for (let index = 0; index < count; index++)
        ids.push(index % 3 === 2 ? newId<AccountId>() : await insertAccount(database.db))
      const found = await Promise.all(ids.map((id) => find(database.db, id)))
      expect(found).toEqual(ids.map((id, index) => (index % 3 === 2 ? [] : [{ id, status: 'active' }])))
    },
  )

  it('sees its own changes in a transaction, and never those of others', async () => {
    const id = await insertAccount(database.db)
    await inTransaction(database.db, async (db) => {
      await db.updateTable('accounts').set({ status: 'suspended' }).where('id', '=', id).execute()
      expect(await find(db, id, 'suspended')).toEqual([{ id, status: 'suspended' }])
      const others = await Promise.all([find(database.db, id), find(database.db, id, 'active')])
      expect(others).toEqual([[{ id, status: 'active' }], [{ id, status: 'active' }]])
    })
  })

  it('I2: sees each change that was committed before the call, however many look-ups are under way', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => insertAccount(database.db)))
    const { db } = database
    let isOver = false
    const load = async (id: AccountId) => {
      while (!isOver) {
        await find(db, id)
        await setImmediate()
      }
    }
    const loads = Array.from({ length: 24 }, (_, index) => load(ids[index % 8] ?? (ids[0] as AccountId)))
    for (const id of ids) {
      await db.updateTable('accounts').set({ status: 'suspended' }).where('id', '=', id).execute()
      expect(await find(db, id)).toEqual([])
    }
    isOver = true
    await Promise.all(loads)
  })

  it.runIf(engine.name === 'PostgreSQL')('lets a key that the engine cannot read fail alone', async () => {
    const id = await insertAccount(database.db)
    const found = await Promise.allSettled([find(database.db, id), find(database.db, 'no id' as AccountId)])
    expect(found.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })
})
