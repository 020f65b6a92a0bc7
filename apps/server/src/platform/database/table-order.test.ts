import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../tests/support/test-database.ts'
import { tablesInOrder } from './table-order.ts'

const names = tablesInOrder.map(({ name }) => name)

describe.each(engines)('the order of tables on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())

  it('has every table that the migrations create, so that a copy misses none', async () => {
    const tables = await database.db.introspection.getTables()
    const made = tables.map(({ name }) => name).filter((name) => !name.startsWith('proxima_'))
    expect([...names].sort()).toEqual(made.sort())
  })
})

describe('the order of tables', () => {
  let database: MigratedDatabase
  beforeAll(async () => {
    const [sqlite] = engines
    if (sqlite === undefined) throw new Error('SQLite is always there')
    database = await createMigratedDatabase(sqlite)
  })
  afterAll(async () => await database?.drop())

  it.each(tablesInOrder)('names the primary key of $name as in the schema', async ({ name, primaryKey }) => {
    const { rows } = await sql<{ name: string; pk: number }>`
      select name, pk from pragma_table_info(${name}) where pk > 0 order by pk`.execute(database.db)
    expect(primaryKey).toEqual(rows.map((column) => column.name))
  })

  it.each(tablesInOrder)('has the tables that $name refers to before it', async ({ name }) => {
    const { rows } = await sql<{ table: string }>`
      select "table" from pragma_foreign_key_list(${name})`.execute(database.db)
    const before = names.slice(0, names.indexOf(name))
    for (const { table } of rows) expect(before).toContain(table)
  })
})
