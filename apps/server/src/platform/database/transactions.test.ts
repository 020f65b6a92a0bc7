import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../tests/support/account-rows.ts'
import { engines } from '../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../tests/support/test-database.ts'
import type { AccountId } from '../kernel/ids.ts'
import { TransactionConflict } from './faults.ts'
import type { Database } from './tables.ts'
import { inTransaction, onCommitted } from './transactions.ts'

/** Opens once, for all who wait. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { passed: promise, open: () => resolve() }
}

async function increase(db: Database, id: AccountId): Promise<void> {
  const updated_at = sql<number>`updated_at + 1`
  await db.updateTable('accounts').set({ updated_at }).where('id', '=', id).execute()
}

async function count(db: Database): Promise<number> {
  return (await db.selectFrom('accounts').select('id').execute()).length
}

async function updatesOf(db: Database, id: AccountId): Promise<number | undefined> {
  const row = await db.selectFrom('accounts').select('updated_at').where('id', '=', id).executeTakeFirst()
  return row?.updated_at
}

describe.each(engines)('a transaction on $name', (engine) => {
  let database: MigratedDatabase
  let db: Database
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    db = database.db
  })
  afterAll(async () => await database?.drop())
  beforeEach(async () => void (await db.deleteFrom('accounts').execute()))

  it('is completely stored after its commit, and returns the outcome of its work', async () => {
    const outcome = await inTransaction(db, async (transaction) => {
      await insertAccount(transaction)
      await insertAccount(transaction)
      return 'done'
    })
    expect([outcome, await count(db)]).toEqual(['done', 2])
  })

  it('leaves nothing if its work fails, and throws the error of its work', async () => {
    const error = new Error('the work failed')
    const failing = inTransaction(db, async (transaction) => {
      await insertAccount(transaction)
      throw error
    })
    await expect(failing).rejects.toBe(error)
    expect(await count(db)).toBe(0)
  })

  it('leaves nothing if one of its statements fails', async () => {
    await insertAccount(db, { username_canonical: 'amina' })
    const failing = inTransaction(db, async (transaction) => {
      await insertAccount(transaction, { username_canonical: 'baraka' })
      await insertAccount(transaction, { username_canonical: 'amina' })
    })
    await expect(failing).rejects.toMatchObject({ constraint: 'accounts_username_canonical' })
    expect(await count(db)).toBe(1)
  })

  it('returns its connection, however often it fails', async () => {
    for (let tries = 0; tries < 20; tries++) {
      const failing = inTransaction(db, async () => {
        throw new Error('again')
      })
      await expect(failing).rejects.toThrow('again')
    }
    expect(await count(db)).toBe(0)
  })

  it('joins a transaction that is passed to it, and is undone with it', async () => {
    const failing = inTransaction(db, async (outer) => {
      await inTransaction(outer, async (inner) => {
        expect(inner).toBe(outer)
        await insertAccount(inner)
      })
      throw new Error('after the inner one')
    })
    await expect(failing).rejects.toThrow('after the inner one')
    expect(await count(db)).toBe(0)
  })

  it('hides its writes until the commit, and others read without waiting', async () => {
    await inTransaction(db, async (transaction) => {
      const id = await insertAccount(transaction)
      expect(await updatesOf(transaction, id)).toBe(0)
      expect(await updatesOf(db, id)).toBeUndefined()
      expect(await count(db)).toBe(0)
    })
    expect(await count(db)).toBe(1)
  })

  it('makes the next writer of the same row wait, and loses neither change', async () => {
    const id = await insertAccount(db)
    const events: string[] = []
    const started = gate()
    const first = inTransaction(db, async (transaction) => {
      await increase(transaction, id)
      started.open()
      // Time enough for the second to come by, were it not kept waiting.
      for (let reads = 0; reads < 5; reads++) await count(transaction)
      events.push('first')
    })
    await started.passed
    const second = inTransaction(db, async (transaction) => {
      await increase(transaction, id)
      events.push('second')
    })
    await Promise.all([first, second])
    expect(events).toEqual(['first', 'second'])
    expect(await updatesOf(db, id)).toBe(2)
  })

  it('does not lose the writes of many others at the same time', async () => {
    const id = await insertAccount(db)
    const writers = Array.from({ length: 30 }, () =>
      inTransaction(db, (transaction) => increase(transaction, id)),
    )
    await Promise.all(writers)
    expect(await updatesOf(db, id)).toBe(30)
  })

  it('is not stopped by a writer outside any transaction', async () => {
    const ids = [await insertAccount(db), await insertAccount(db)]
    await Promise.all([
      inTransaction(db, async (transaction) => {
        for (const id of ids) await increase(transaction, id)
      }),
      ...ids.map((id) => increase(db, id)),
    ])
    for (const id of ids) expect(await updatesOf(db, id)).toBe(2)
  })

  // SQLite has one writer at a time, so no two can wait for each other.
  it.skipIf(engine.name === 'SQLite')(
    'in a deadlock is run again, and both transactions succeed',
    async () => {
      const ids = [await insertAccount(db), await insertAccount(db)] as const
      const bothHoldOne = { first: gate(), second: gate() }
      let runs = 0
      const meet = (
        own: 'first' | 'second',
        other: 'first' | 'second',
        [one, two]: readonly [AccountId, AccountId],
      ) =>
        inTransaction(db, async (transaction) => {
          runs++
          await increase(transaction, one)
          bothHoldOne[own].open()
          await bothHoldOne[other].passed
          await increase(transaction, two)
        })
      await Promise.all([meet('first', 'second', ids), meet('second', 'first', [ids[1], ids[0]])])
      // One was undone; the two may meet again before the other is through.
      expect(runs).toBeGreaterThan(2)
      for (const id of ids) expect(await updatesOf(db, id)).toBe(2)
    },
  )

  it('that the engine undoes again and again is given up', async () => {
    let runs = 0
    const unlucky = inTransaction(db, async (transaction) => {
      runs++
      await insertAccount(transaction)
      throw new TransactionConflict(new Error('deadlock'))
    })
    await expect(unlucky).rejects.toMatchObject({ problem: { code: 'unavailable' }, retryAfterSeconds: 1 })
    expect([runs, await count(db)]).toEqual([10, 0])
  })

  it('that fails for another reason is not run again', async () => {
    let runs = 0
    const failing = inTransaction(db, async () => {
      runs++
      throw new Error('for good')
    })
    await expect(failing).rejects.toThrow('for good')
    expect(runs).toBe(1)
  })

  it('calls back once after its commit, when its writes are visible', async () => {
    const seen: Promise<number>[] = []
    const callback = () => void seen.push(count(db))
    await inTransaction(db, async (transaction) => {
      onCommitted(transaction, callback)
      await inTransaction(transaction, async (inner) => onCommitted(inner, callback))
      await insertAccount(transaction)
      expect(seen).toEqual([])
    })
    expect(await Promise.all(seen)).toEqual([1])
  })

  it('does not call back if it is undone, and calls back once if it is run again', async () => {
    const called: string[] = []
    const failing = inTransaction(db, async (transaction) => {
      onCommitted(transaction, () => called.push('undone'))
      await insertAccount(transaction)
      throw new Error('the work failed')
    })
    await expect(failing).rejects.toThrow('the work failed')
    let runs = 0
    await inTransaction(db, async (transaction) => {
      runs++
      const run = runs
      onCommitted(transaction, () => called.push(`run ${run}`))
      if (run < 3) throw new TransactionConflict(new Error('deadlock'))
    })
    expect(called).toEqual(['run 3'])
  })

  it('refuses a callback that would never be called', async () => {
    const foreign = db.transaction().execute(async (transaction) => onCommitted(transaction, () => undefined))
    await expect(foreign).rejects.toThrow('needs a transaction that inTransaction began')
  })
})
