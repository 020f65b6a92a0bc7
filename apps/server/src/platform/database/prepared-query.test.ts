import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../tests/support/account-rows.ts'
import { engines } from '../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../tests/support/test-database.ts'
import type { AccountStatus } from '../kernel/account.ts'
import { type AccountId, noAccountId } from '../kernel/ids.ts'
import { PreparedQuery } from './prepared-query.ts'
import type { Database } from './tables.ts'
import { inTransaction } from './transactions.ts'

interface Values {
  readonly id: AccountId
  readonly status: AccountStatus
}

function byIdAndStatus() {
  return new PreparedQuery(['id', 'status'], (db: Database, { id, status }: Values) =>
    db.selectFrom('accounts').select('id').where('status', '=', status).where('id', '=', id),
  )
}

describe.each(engines)('a prepared query on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())

  it('uses the values of each call, inside and outside a transaction', async () => {
    const [one, other] = [await insertAccount(database.db), await insertAccount(database.db)]
    const query = byIdAndStatus()
    expect(await query.execute(database.db, { id: one, status: 'active' })).toEqual([{ id: one }])
    expect(await query.execute(database.db, { id: one, status: 'deleted' })).toEqual([])
    const found = await inTransaction(database.db, (db) => query.execute(db, { id: other, status: 'active' }))
    expect(found).toEqual([{ id: other }])
  })

  it.runIf(engine.name === 'PostgreSQL')('is planned once on each connection', async () => {
    const planned = await inTransaction(database.db, async (db) => {
      for (const query of [byIdAndStatus(), byIdAndStatus()])
        await query.execute(db, { id: noAccountId, status: 'active' })
      const { rows } = await sql<{ name: string }>`
        select name from pg_prepared_statements where statement like '%"accounts"%'`.execute(db)
      return rows
    })
    expect(planned).toHaveLength(1)
  })
})
