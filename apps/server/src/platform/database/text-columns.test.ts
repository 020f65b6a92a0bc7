import { randomBytes } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../tests/support/account-rows.ts'
import { confusableTexts } from '../../../tests/support/confusable-texts.ts'
import { engines } from '../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../tests/support/test-database.ts'
import { newId, type PictureId } from '../kernel/ids.ts'
import { UniqueViolation } from './faults.ts'
import type { Database } from './tables.ts'

interface KeyColumn {
  readonly table: string
  readonly column: string
  /** What `UniqueViolation` calls it. */
  readonly constraint: string
  readonly insert: (db: Database, value: string) => Promise<unknown>
}

const at = 0

/** Every column that is unique or looked up by its text. */
const keyColumns: readonly KeyColumn[] = [
  ...(['username_canonical', 'email_canonical', 'phone_number'] as const).map((column) => ({
    table: 'accounts',
    column,
    constraint: `accounts_${column}`,
    insert: (db: Database, value: string) => insertAccount(db, { [column]: value }),
  })),
  {
    table: 'username_skeletons',
    column: 'skeleton',
    constraint: 'primary_key',
    insert: async (db, skeleton) =>
      await db
        .insertInto('username_skeletons')
        .values({ account_id: await insertAccount(db), skeleton })
        .execute(),
  },
  {
    table: 'pictures',
    column: 'token',
    constraint: 'pictures_token',
    insert: async (db, token) => {
      const row = {
        account_id: await insertAccount(db),
        id: newId<PictureId>(),
        token,
        store: '',
        created_at: at,
      }
      await db.insertInto('pictures').values(row).execute()
    },
  },
  {
    table: 'user_secrets',
    column: 'digest',
    constraint: 'user_secrets_digest',
    insert: async (db, digest) => {
      const row = { account_id: await insertAccount(db), digest, created_at: at }
      await db.insertInto('user_secrets').values(row).execute()
    },
  },
  {
    table: 'signing_keys',
    column: 'kid',
    constraint: 'primary_key',
    insert: async (db, kid) =>
      await db
        .insertInto('signing_keys')
        .values({
          kid,
          algorithm: 'ES256',
          public_jwk: '',
          private_jwk_sealed: '',
          created_at: at,
          activates_at: at,
          predecessor: newId(),
        })
        .execute(),
  },
  {
    table: 'guess_budgets',
    column: 'budget',
    constraint: 'primary_key',
    insert: async (db, budget) =>
      await db
        .insertInto('guess_budgets')
        .values({ budget, failures: 0, opens_at: at, refusals: 0, typed: 0 })
        .execute(),
  },
  {
    table: 'known_clients',
    column: 'client',
    constraint: 'primary_key',
    insert: async (db, client) =>
      await db.insertInto('known_clients').values({ client, seen_at: at }).execute(),
  },
  {
    table: 'idempotency_keys',
    column: 'digest',
    constraint: 'primary_key',
    insert: async (db, digest) =>
      await db.insertInto('idempotency_keys').values({ digest, created_at: at }).execute(),
  },
  {
    table: 'message_counts',
    column: 'counter',
    constraint: 'primary_key',
    insert: async (db, counter) =>
      await db.insertInto('message_counts').values({ counter, counted: 0, ends_at: at }).execute(),
  },
  {
    table: 'bounced_addresses',
    column: 'address_digest',
    constraint: 'primary_key',
    insert: async (db, address_digest) =>
      await db.insertInto('bounced_addresses').values({ address_digest, bounced_at: at }).execute(),
  },
]

describe.each(engines)('a text on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())

  async function valuesWhere(
    table: string,
    column: string,
    condition: RawBuilder<unknown>,
  ): Promise<string[]> {
    const query = sql<{ value: string }>`
      select ${sql.ref(column)} as value from ${sql.table(table)} where ${condition}`
    return (await query.execute(database.db)).rows.map(({ value }) => value)
  }

  it.each(keyColumns)(
    'A15, A16, A22: in $column of $table equals only itself',
    async ({ table, column, insert }) => {
      for (const text of confusableTexts) await insert(database.db, text)
      for (const text of confusableTexts)
        expect(
          await valuesWhere(table, column, sql`${sql.ref(column)} = ${text}`),
          JSON.stringify(text),
        ).toEqual([text])
    },
  )

  it.each(keyColumns)(
    'that is inserted into $column of $table twice is refused, with the same constraint name on every engine',
    async (key) => {
      const first = insertTwice(key, randomBytes(9).toString('hex'))
      await expect(first).rejects.toBeInstanceOf(UniqueViolation)
      await expect(insertTwice(key, randomBytes(9).toString('hex'))).rejects.toMatchObject({
        constraint: key.constraint,
      })
    },
  )

  async function insertTwice({ insert }: KeyColumn, value: string): Promise<void> {
    await insert(database.db, value)
    await insert(database.db, value)
  }

  it('is sorted by its code points, on every engine alike', async () => {
    const sorted = await database.db
      .selectFrom('accounts')
      .select('username_canonical as text')
      .where('username_canonical', 'is not', null)
      .orderBy('username_canonical')
      .execute()
    const byBytes = [...confusableTexts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    expect(sorted.map(({ text }) => text).filter((text) => confusableTexts.includes(text ?? ''))).toEqual(
      byBytes,
    )
  })

  it('A21: is never cut: if it is longer than its column, it is refused or stored completely', async () => {
    const name = 'n'.repeat(201)
    const stored = await insertAccount(database.db, { full_name: name }).then(
      async (id) =>
        await database.db.selectFrom('accounts').select('full_name').where('id', '=', id).executeTakeFirst(),
      () => null,
    )
    if (stored !== null) expect(stored?.full_name).toBe(name)
  })

  it('stays a text, even if it looks like a number or a time', async () => {
    for (const full_name of ['007', '1e3', '2026-01-01', 'true', '0x1f', '']) {
      const id = await insertAccount(database.db, { full_name })
      const row = database.db.selectFrom('accounts').select('full_name').where('id', '=', id)
      expect((await row.executeTakeFirst())?.full_name).toBe(full_name)
    }
  })

  it('is a value, and never becomes SQL', async () => {
    const full_name = `'); drop table accounts; -- " \` \\' %s $1 ? {{}}`
    const id = await insertAccount(database.db, { full_name })
    const found = await database.db
      .selectFrom('accounts')
      .select('id')
      .where('full_name', '=', full_name)
      .execute()
    expect(found).toEqual([{ id }])
  })
})

describe.each(engines)('a time on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())

  it('is a whole number of milliseconds, before 1970 and after 2038 as well', async () => {
    for (const created_at of [0, -1, 2_147_483_648_000, 253_402_300_799_999, Number.MAX_SAFE_INTEGER]) {
      const id = await insertAccount(database.db, { created_at })
      const row = database.db.selectFrom('accounts').select('created_at').where('id', '=', id)
      expect((await row.executeTakeFirst())?.created_at).toBe(created_at)
    }
  })
})
