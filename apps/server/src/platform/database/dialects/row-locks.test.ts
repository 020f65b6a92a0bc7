import { EventEmitter } from 'node:events'
import { Socket } from 'node:net'
import { Kysely } from 'kysely'
import { createPool, type Pool } from 'mysql2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { insertOwner, newOwner } from '../../../../tests/support/owned-rows.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { AccountsRepository } from '../../../features/users/accounts/repository.ts'
import type { Tables } from '../tables.ts'
import { inTransaction } from '../transactions.ts'
import { Cluster, ClusterDialect } from './galera-lock.ts'
import { rowGuardOf } from './row-locks.ts'

/** A pool that makes one connection, which answers the question like this. */
function poolThatAnswers(error: Error | null, rows: readonly object[], stream = new Socket()): Pool {
  const pool = new EventEmitter()
  const query = (_sql: string, answer: (...given: unknown[]) => void) => answer(error, rows)
  setImmediate(() => pool.emit('connection', { query, stream }))
  return pool as unknown as Pool
}

describe('whether the database is a cluster', () => {
  it.each([
    ['wsrep_on is ON', [{ Variable_name: 'wsrep_on', Value: 'ON' }], true],
    ['wsrep_on is OFF', [{ Variable_name: 'wsrep_on', Value: 'OFF' }], false],
    ['it has no such variable', [], false],
  ])('I2: if %s', async (_case, rows, isSeen) => {
    const pool = poolThatAnswers(null, rows)
    const cluster = new Cluster()
    cluster.watch(pool)
    await new Promise((resolve) => pool.once('connection', resolve))
    expect(cluster.isSeen).toBe(isSeen)
  })

  it('I2: is asked again if a connection does not answer, and no one uses that connection', async () => {
    const stream = new Socket()
    const broken = new Promise((resolve) => stream.once('error', resolve))
    const cluster = new Cluster()
    const pool = poolThatAnswers(new Error('no answer'), [], stream)
    cluster.watch(pool)
    expect(await broken).toMatchObject({ message: 'no answer' })
    expect([stream.destroyed, cluster.isSeen]).toEqual([true, false])
  })

  it('I2: remains so if one connection of many said so', async () => {
    const cluster = new Cluster()
    for (const Value of ['ON', 'OFF']) {
      const pool = poolThatAnswers(null, [{ Value }])
      cluster.watch(pool)
      await new Promise((resolve) => pool.once('connection', resolve))
    }
    expect(cluster.isSeen).toBe(true)
  })
})

const amina = newOwner('amina', 2011)
const accounts = new AccountsRepository()

describe.each(engines)('the lock of an account on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    await insertOwner(database.db, amina)
  })
  afterAll(async () => await database?.drop())

  it('I2: holds off a suspension until the transaction ends, and is refused for another status', async () => {
    const order: string[] = []
    let suspension: Promise<unknown> | undefined
    await inTransaction(database.db, async (transaction) => {
      expect(await accounts.lock(transaction, amina.id, 'inactive')).toBe(false)
      expect(await accounts.lock(transaction, amina.id, 'active')).toBe(true)
      suspension = accounts
        .update(database.db, amina.id, { status: 'suspended' })
        .then(() => order.push('suspended'))
      await new Promise((resolve) => setTimeout(resolve, 50))
      order.push('locked')
    })
    await suspension
    expect(order).toEqual(['locked', 'suspended'])
  })

  it('is a lock where it holds, and none where there is one writer', () => {
    const guard = rowGuardOf(database.db.getExecutor().adapter)
    expect(guard).toBe(engine.name === 'SQLite' ? 'transaction' : 'lock')
  })
})

const mariadb = engines.find(({ name }) => name === 'MariaDB')
it.skipIf(mariadb !== undefined)('needs PROXIMA_TEST_MYSQL_URL')

describe.skipIf(mariadb === undefined)('on a cluster', () => {
  let database: MigratedDatabase
  beforeAll(async () => {
    if (mariadb !== undefined) database = await createMigratedDatabase(mariadb)
  })
  afterAll(async () => await database?.drop())

  it('I2: the lock of an account changes its row and changes it back', async () => {
    await insertOwner(database.db, amina)
    const pool = createPool({ uri: database.url, connectionLimit: 2 })
    const sent: string[] = []
    const dialect = new ClusterDialect(async () => ({ pool, queries: pool }))
    const db = new Kysely<Tables>({ dialect, log: ({ query }) => void sent.push(query.sql) })
    // One server stands for the cluster: only what it answers is different.
    const before = await accounts.findById(db, amina.id)
    pool.emit('connection', {
      query: (_sql: string, answer: (error: null, rows: object[]) => void) => answer(null, [{ Value: 'ON' }]),
    })
    sent.length = 0
    expect(await inTransaction(db, (transaction) => accounts.lock(transaction, amina.id, 'active'))).toBe(
      true,
    )
    expect(sent.map((statement) => statement.split(' ', 1)[0])).toEqual([
      'begin',
      'update',
      'update',
      'commit',
    ])
    expect(await accounts.findById(db, amina.id)).toEqual(before)
    await db.destroy()
  })
})
