import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../tests/support/account-rows.ts'
import { connectTo } from '../../../tests/support/connections.ts'
import { engines, type TestDatabase } from '../../../tests/support/engines.ts'
import { startTestServer } from '../../../tests/support/test-server.ts'
import { newId } from '../kernel/ids.ts'
import type { Connection } from './connect.ts'
import { columnsAfter } from './migrations/columns.ts'
import { migrations } from './migrations/list.ts'
import {
  databaseObstacles,
  isCurrent,
  laterMigrations,
  migrateDown,
  migrateUp,
  migrationStatus,
} from './migrator.ts'
import { tablesInOrder } from './table-order.ts'

const all = Object.keys(migrations)

/** Columns with their types, and what the engine calls each; what an operator would compare. */
async function schemaOf({ db }: Connection): Promise<string[]> {
  const tables = await db.introspection.getTables()
  return tables
    .filter(({ name }) => !name.startsWith('proxima_migrations'))
    .flatMap(({ name: table, columns }) =>
      columns.map(({ name, dataType, isNullable }) => `${table}.${name} ${dataType} ${isNullable}`),
    )
    .sort()
}

describe.each(engines)('migrations on $name', (engine) => {
  let database: TestDatabase
  const open: Connection[] = []
  function connect(): Connection {
    const connection = connectTo(database.url)
    open.push(connection)
    return connection
  }
  async function close(): Promise<void> {
    for (const { db } of open.splice(0)) await db.destroy()
  }
  let fresh: string[] = []

  beforeEach(async () => {
    database = await engine.createDatabase()
  })
  afterEach(async () => {
    await close()
    await database?.drop()
  })

  it('are applied once, in order, and create every table', async () => {
    const connection = connect()
    expect(await isCurrent(connection)).toBe(false)
    expect((await migrationStatus(connection)).map(({ appliedAt }) => appliedAt)).toEqual(all.map(() => null))
    expect(await migrateUp(connection)).toEqual(all)
    expect(await migrateUp(connection)).toEqual([])
    expect(await isCurrent(connection)).toBe(true)
    for (const { name, appliedAt } of await migrationStatus(connection))
      expect(Number.isNaN(Date.parse(appliedAt ?? '')), name).toBe(false)
    fresh = await schemaOf(connection)
    const tables = new Set(fresh.map((line) => line.split('.')[0]))
    expect(tables).toEqual(new Set(tablesInOrder.map(({ name }) => name)))
  })

  it('leave no table behind when all are reverted, even with data, and can be applied again', async () => {
    const connection = connect()
    await migrateUp(connection)
    const id = await insertAccount(connection.db)
    const password = { account_id: id, hash: 'x', version: newId(), changed_at: 1 }
    await connection.db.insertInto('passwords').values(password).execute()
    for (const name of [...all].reverse())
      expect(await migrateDown(connection, { all: false })).toEqual([name])
    expect(await schemaOf(connection)).toEqual([])
    expect(await migrateDown(connection, { all: true })).toEqual([])
    expect(await migrateUp(connection)).toEqual(all)
    expect(await schemaOf(connection)).toEqual(fresh)
    expect(await connection.db.selectFrom('accounts').selectAll().execute()).toEqual([])
  })

  it('are applied once if four nodes start at once', async () => {
    const applied = await Promise.all([connect(), connect(), connect(), connect()].map(migrateUp))
    expect(applied.flat().sort()).toEqual(all)
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1)
    expect(await schemaOf(connect())).toEqual(fresh)
  })

  it('of a later version do not stop this one, and it does not revert them', async () => {
    const connection = connect()
    await migrateUp(connection)
    const later = { name: '9999-later', timestamp: new Date().toISOString() }
    await connection.db
      .insertInto('proxima_migrations' as 'accounts')
      .values(later as never)
      .execute()
    expect(await migrateUp(connection)).toEqual([])
    expect(await isCurrent(connection)).toBe(true)
    expect(await laterMigrations(connection)).toEqual(['9999-later'])
    await expect(migrateDown(connection, { all: true })).rejects.toThrow('9999-later')
    const server = await startTestServer(engine, { databaseUrl: database.url })
    const { token } = await server.client.signUp('amina')
    expect((await server.client.me(token)).status).toBe(200)
    await server.close()
  })

  it('that are interrupted after any statement are completed by the next run', async () => {
    let cuts = 0
    for (let statements = 0; ; statements++) {
      const connection = connect()
      const applied = await migrateUp(cutOff(connection, statements)).catch(() => null)
      // As when the process dies: its connections are gone, and with them its locks.
      await close()
      if (applied !== null) break
      cuts++
    }
    expect(cuts).toBeGreaterThan(tablesInOrder.length)
    const connection = connect()
    expect(await isCurrent(connection)).toBe(true)
    expect(await schemaOf(connection)).toEqual(fresh)
  })

  it('have the columns that a dry run of the migrations finds', async () => {
    const connection = connect()
    await migrateUp(connection)
    const actual = (await schemaOf(connection)).map((line) => line.split(' ')[0])
    const expected = [...(await columnsAfter(all))].flatMap(([table, columns]) =>
      [...columns].map((column) => `${table}.${column}`),
    )
    expect(new Set(expected)).toEqual(new Set(actual))
    expect(await databaseObstacles(connection, { migrates: true })).toEqual([])
  })

  afterAll(() => {
    expect(fresh.length).toBeGreaterThan(0)
  })
})

/** The connection fails at every statement after so many. */
function cutOff({ db, engine }: Connection, statements: number): Connection {
  let left = statements
  const failing = db.withPlugin({
    transformQuery: ({ node }) => {
      if (left-- <= 0) throw new Error('cut off')
      return node
    },
    transformResult: async ({ result }) => result,
  })
  return { db: failing, engine }
}
