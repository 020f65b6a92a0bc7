import { setTimeout } from 'node:timers/promises'
import { type SqlBool, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../../tests/support/engines.ts'
import { insertOwner, newOwner } from '../../../tests/support/owned-rows.ts'
import {
  createMigratedDatabase,
  type MigratedDatabase,
  openDatabase,
} from '../../../tests/support/test-database.ts'
import type { AccountId } from '../kernel/ids.ts'
import { insertRow, isHeld, PreparedWrite } from './prepared-write.ts'
import type { Database } from './tables.ts'
import { inTransaction } from './transactions.ts'
import { PreparedCondition, PreparedGuard, writeIf } from './write-if.ts'

interface Own {
  readonly id: AccountId
  readonly version: string
}

const hasPassword = new PreparedGuard(['id', 'version'], (db, { id, version }: Own) =>
  db
    .selectFrom('accounts')
    .innerJoin('passwords', 'passwords.account_id', 'accounts.id')
    .select('accounts.id')
    .where('accounts.id', '=', id)
    .where('accounts.status', '=', 'active')
    .where('passwords.version', '=', version),
)
const isSmall = new PreparedCondition(['number'], (_db, { number }: { readonly number: number }) => {
  return sql<SqlBool>`${number} < 10`
})
interface Client {
  readonly client: string
  readonly seen_at: number
}
const insertion = new PreparedWrite(['client', 'seen_at'], (db, row: Client, isGuarded) =>
  insertRow(db, 'known_clients', { ...row }, isGuarded),
)
const deletion = new PreparedWrite(['client'], (db, { client }: Pick<Client, 'client'>, isGuarded) => {
  const one = db.deleteFrom('known_clients').where('client', '=', client)
  return isGuarded ? one.where(isHeld) : one
})

const another = '01890a5d-ac96-774b-bcce-b302099a8057'

describe.each(engines)('writes with a guard on $name', (engine) => {
  const amina = newOwner('amina', 2011)
  let database: MigratedDatabase
  let other: Database
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    other = openDatabase(database.url)
    await insertOwner(database.db, amina)
  })
  afterAll(async () => {
    await other?.destroy()
    await database?.drop()
  })
  beforeEach(async () => {
    await database.db.deleteFrom('known_clients').execute()
    await database.db.insertInto('known_clients').values({ client: 'old', seen_at: 1 }).execute()
    await database.db.updateTable('accounts').set({ status: 'active' }).execute()
    await database.db.updateTable('passwords').set({ version: amina.version }).execute()
  })

  const clients = async () => {
    const all = database.db.selectFrom('known_clients').select(['client', 'seen_at'])
    return (await all.orderBy('client').execute()).map(({ client, seen_at }) => `${client} ${seen_at}`)
  }
  const stored: string[] = []
  const guarded = ({ version = amina.version, number = 1, names = ['new', 'newer'] } = {}) => ({
    guard: hasPassword.with({ id: amina.id, version }),
    conditions: [isSmall.with({ number })],
    writes: [
      deletion.with({ client: 'old' }),
      ...names.map((client, seen_at) => insertion.with({ client, seen_at }, () => stored.push(client))),
    ],
  })

  it('all happen if the guard holds, each with its own values, and are reported once they are stored', async () => {
    stored.length = 0
    expect(await writeIf(database.db, guarded())).toBe(true)
    expect(await clients()).toEqual(['new 0', 'newer 1'])
    expect(stored).toEqual(['new', 'newer'])
  })

  it.each([
    ['the guard finds no row', { version: another }],
    ['a condition does not hold', { number: 10 }],
    ['one of them breaks a constraint', { names: ['same', 'same'] }],
  ])('none happens if %s', async (_case, changed) => {
    stored.length = 0
    expect(await writeIf(database.db, guarded(changed))).toBe(false)
    expect([await clients(), stored]).toEqual([['old 1'], []])
  })

  it.each([
    ['suspended', (db: Database) => db.updateTable('accounts').set({ status: 'suspended' }).execute()],
    [
      'given another password',
      (db: Database) => db.updateTable('passwords').set({ version: another }).execute(),
    ],
  ])('I2: none happens if the account is %s in a transaction that began before', async (_case, change) => {
    let result: Promise<boolean> | undefined
    await inTransaction(other, async (transaction) => {
      await transaction.updateTable('accounts').set({ locale: 'sw' }).where('id', '=', amina.id).execute()
      result = writeIf(database.db, guarded())
      // It waits for the account now.
      await setTimeout(50)
      await change(transaction)
    })
    expect([await result, await clients()]).toEqual([false, ['old 1']])
  })

  it('I2: whoever changes the account afterwards sees what was written', async () => {
    const seen: string[][] = []
    const changes = Array.from({ length: 10 }, async () => {
      await inTransaction(other, async (transaction) => {
        await transaction.updateTable('accounts').set({ status: 'suspended' }).execute()
        const rows = await transaction.selectFrom('known_clients').select('client').execute()
        seen.push(rows.map(({ client }) => client).sort())
      })
    })
    const isWritten = await writeIf(database.db, guarded())
    await Promise.all(changes)
    const after = isWritten ? ['new', 'newer'] : ['old']
    // All changes lock the account, so the last one came after the writes or prevented them.
    expect(seen.at(-1)).toEqual(after)
  })

  it.runIf(engine.name === 'PostgreSQL')('are one statement, which is planned once', async () => {
    await inTransaction(database.db, async (transaction) => {
      for (const names of [['a'], ['b']]) await writeIf(transaction, guarded({ names }))
      const { rows } = await sql<{ statement: string }>`
        select statement from pg_prepared_statements where statement like 'with held%' and statement not like '%"write2"%'`.execute(
        transaction,
      )
      expect(rows).toHaveLength(1)
    })
  })
})
