import { setTimeout } from 'node:timers/promises'
import { createPool, type Pool } from 'mysql2'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines, type TestDatabase } from '../../../../tests/support/engines.ts'
import { GaleraLock } from './galera-lock.ts'

const engine = engines.find(({ name }) => name === 'MariaDB')
it.skipIf(engine !== undefined)('needs PROXIMA_TEST_MYSQL_URL')

const paceMs = 20
const options = { lockTable: 'locks', lockRowId: 'migration_lock' }

// One server stands for the cluster here; that certification lets one of two updates through is seen on a cluster, by
// bench/clusters/galera.ts.
describe.skipIf(engine === undefined)('a lock on a cluster', () => {
  let database: TestDatabase
  let pool: Pool
  beforeAll(async () => {
    if (engine === undefined) return
    database = await engine.createDatabase()
    pool = createPool({ uri: database.url, connectionLimit: 4 })
    await pool.promise().query('create table locks (id varchar(20) primary key, is_locked int)')
    await pool.promise().query('insert into locks values (?, 0)', [options.lockRowId])
  })
  afterAll(async () => {
    await pool?.promise().end()
    await database?.drop()
  })
  beforeEach(async () => void (await pool.promise().query('update locks set is_locked = 0')))

  const newLock = () => new GaleraLock(pool, options, paceMs)

  it('is held by one at a time, and by all in the end', async () => {
    let holders = 0
    const most: number[] = []
    const work = async () => {
      const lock = newLock()
      await lock.acquire()
      most.push(++holders)
      // Long enough for its count to go on.
      await setTimeout(3 * paceMs)
      holders--
      await lock.release()
    }
    await Promise.all(Array.from({ length: 5 }, work))
    expect(most).toEqual([1, 1, 1, 1, 1])
    const [rows] = await pool.promise().query('select is_locked from locks')
    expect(rows).toEqual([{ is_locked: 0 }])
  })

  it('is taken over from a server that is gone, and from no other', async () => {
    const alive = newLock()
    await alive.acquire()
    const waiting = newLock()
    let isHad = false
    const acquired = waiting.acquire().then(() => {
      isHad = true
    })
    // Far longer than it takes to give one up for gone.
    await setTimeout(60 * paceMs)
    expect(isHad).toBe(false)
    await alive.release()
    await acquired
    await waiting.release()

    await pool.promise().query('update locks set is_locked = 7')
    const heir = newLock()
    await heir.acquire()
    await heir.release()
  })
})
