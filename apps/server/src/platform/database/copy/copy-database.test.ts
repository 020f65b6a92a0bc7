import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { takeDatabase } from '../../../../tests/support/database-pool.ts'
import { engines, type TestDatabase, type TestEngine } from '../../../../tests/support/engines.ts'
import { loadConfig } from '../../config/load-config.ts'
import { Sealer } from '../../crypto/sealing.ts'
import { type AccountId, newId, type PictureId } from '../../kernel/ids.ts'
import { type Connection, connect } from '../connect.ts'
import { isCopyUnfinished, migrateDown, migrateUp, migrationStatus } from '../migrator.ts'
import { tablesInOrder } from '../table-order.ts'
import type { Database } from '../tables.ts'
import { markUnfinished } from '../unfinished-copy.ts'
import { type CopiedTable, copyDatabase } from './copy-database.ts'
import { batchesOf } from './rows.ts'

interface Opened extends Connection {
  close(): Promise<void>
}

const opened: Opened[] = []

async function open(engine: TestEngine): Promise<Opened> {
  return openOn(await engine.createDatabase())
}

async function openMigrated(engine: TestEngine): Promise<Opened> {
  return openOn(await takeDatabase(engine))
}

function openOn(database: TestDatabase): Opened {
  const { databaseUrl } = loadConfig({ PROXIMA_DATABASE_URL: database.url })
  const connection = connect(databaseUrl, { poolMax: 2, statementTimeoutMs: 0, onError: () => undefined })
  const result = {
    ...connection,
    close: async () => {
      await connection.db.destroy()
      await database.drop()
    },
  }
  opened.push(result)
  return result
}

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

const sealer = new Sealer({ current: 'a secret that only these tests use 0123456789' })
const emptyAccount = {
  kind: 'person' as const,
  username: null,
  username_canonical: null,
  email: null,
  email_canonical: null,
  email_verified_at: null,
  phone_number: null,
  phone_number_verified_at: null,
  full_name: null,
  given_name: null,
  family_name: null,
  address_sealed: null,
  national_id_sealed: null,
  locale: null,
  status: 'active' as const,
  created_at: 0,
  updated_at: 0,
}

const accountsOfACrowd = 600
/** More than are copied at once. */
const filesOfPicture = 40

async function addAccount({ db }: Connection): Promise<void> {
  await db
    .insertInto('accounts')
    .values({ ...emptyAccount, id: newId<AccountId>() })
    .execute()
}

/** Whatever is hard to carry: empty beside null, spaces at the end, four-byte characters, the longest, the largest. */
async function fill(db: Database): Promise<void> {
  const awkward = newId<AccountId>()
  const awkwardAccount = {
    ...emptyAccount,
    id: awkward,
    username: 'ǅungla ',
    username_canonical: 'ǆungla ',
    email: '',
    full_name: '👩🏽‍🚀 Żółć \' " \\ % _ -- ; \t',
    given_name: '𝒜é e\u0301 \u{10FFFF}\uFFFD',
    family_name: '漢'.repeat(200),
    address_sealed: sealer.seal('Ünter den Linden 1 🏠', { purpose: 'accounts.address', id: awkward }),
    national_id_sealed: 'x'.repeat(4_096),
    email_verified_at: Number.MAX_SAFE_INTEGER,
    phone_number_verified_at: -1,
    created_at: 1_700_000_000_123,
  }
  const crowd = Array.from({ length: accountsOfACrowd }, () => ({ ...emptyAccount, id: newId<AccountId>() }))
  for (const accounts of [[awkwardAccount], crowd]) await db.insertInto('accounts').values(accounts).execute()
  // In an order that differs wherever a collation, and not the bytes, decides it.
  const skeletons = ['a', 'B', 'b ', 'b', 'Z', '_', 'é', 'z', '\uFFFD', '😀', '\u{10FFFF}', '']
  const manySkeletons = Array.from({ length: 300 }, (_, index) => `s${index}`)
  await db
    .insertInto('username_skeletons')
    .values([...skeletons, ...manySkeletons].map((skeleton) => ({ account_id: awkward, skeleton })))
    .execute()
  const links = { linkedin: 'https://www.linkedin.com/in/j%C3%B6rg', website: `https://${'x'.repeat(492)}` }
  await db
    .insertInto('profiles')
    .values({
      account_id: awkward,
      version: newId(),
      description: '漢'.repeat(2_000),
      country: 'KE',
      ...links,
    })
    .execute()
  const picture = {
    account_id: awkward,
    id: newId<PictureId>(),
    token: 'a_-Z',
    store: 'database',
    created_at: 1,
  }
  await db.insertInto('pictures').values(picture).execute()
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  for (let index = 0; index < filesOfPicture; index++) {
    const content = index === 0 ? Buffer.alloc(0) : Buffer.concat([everyByte, Buffer.alloc(300_000, index)])
    await db
      .insertInto('picture_files')
      .values({ account_id: awkward, name: `${index}`, content })
      .execute()
  }
  await db.insertInto('account_roles').values({ account_id: awkward, role: 'admin' }).execute()
  await db
    .insertInto('passwords')
    .values({ account_id: awkward, hash: '$argon2id$', version: newId(), changed_at: 1 })
    .execute()
  await db
    .insertInto('sessions')
    .values({
      id: newId(),
      account_id: awkward,
      amr: 'pwd',
      authenticated_at: 1,
      user_agent: 'Mózilla/5.0 \u00ff',
      ip_address: '2001:db8::1',
      created_at: 1,
      last_seen_at: 1,
      last_seen_day: 0,
      expires_at: 2,
    })
    .execute()
}

async function contents(db: Database): Promise<[string, object[]][]> {
  const tables: [string, object[]][] = []
  for (const table of tablesInOrder) {
    const rows: object[] = []
    for await (const batch of batchesOf(db, table)) rows.push(...batch.map(comparable))
    tables.push([table.name, rows])
  }
  return tables
}

/** Bytes come in another kind of array from each driver. */
function comparable(row: Readonly<Record<string, unknown>>): object {
  const entries = Object.entries(row).map(([column, value]) => [
    column,
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  ])
  return Object.fromEntries(entries) as object
}

const filled = {
  accounts: accountsOfACrowd + 1,
  username_skeletons: 312,
  profiles: 1,
  pictures: 1,
  picture_files: filesOfPicture,
  account_roles: 1,
  passwords: 1,
  sessions: 1,
}

describe.each(engines)('copying from $name', (from) => {
  let source: Opened
  beforeAll(async () => {
    source = await openMigrated(from)
    opened.pop()
    await fill(source.db)
  })
  afterAll(async () => await source?.close())

  it.each(engines)('moves every row of every table to $name, equal in every column', async (to) => {
    const target = await open(to)
    const before = await contents(source.db)
    const copied = await copyDatabase(source, target, { restart: false })
    expect(Object.fromEntries(copied.map(({ table, rows }) => [table, rows]))).toMatchObject(filled)
    expect(await contents(target.db)).toEqual(before)
    expect(await contents(source.db)).toEqual(before)
    expect(await isCopyUnfinished(target)).toBe(false)
    expect((await migrationStatus(target)).every(({ appliedAt }) => appliedAt !== null)).toBe(true)
  })

  it('does not change a target that is in use', async () => {
    const target = await openMigrated(from)
    await addAccount(target)
    const before = await contents(target.db)
    const copying = copyDatabase(source, target, { restart: true })
    await expect(copying).rejects.toMatchObject({ problem: { code: 'target_not_empty' } })
    await expect(copying).rejects.toThrow(/rows in accounts/)
    expect(await contents(target.db)).toEqual(before)
  })

  it('empties the target again if the copy differs', async () => {
    const target = await open(from)
    const onCopied = async ({ table }: CopiedTable) => {
      if (table === 'accounts')
        await target.db.updateTable('accounts').set({ full_name: 'Mallory' }).execute()
    }
    const copying = copyDatabase(source, target, { restart: false, onCopied })
    await expect(copying).rejects.toThrow(/a different full_name in the target\. The target was emptied/)
    await expect(copying).rejects.toMatchObject({ problem: { code: 'copy_differs' } })
    expect((await migrationStatus(target)).every(({ appliedAt }) => appliedAt === null)).toBe(true)
    await migrateUp(target)
    const filledTables = (await contents(target.db)).filter(([, rows]) => rows.length > 0)
    expect(filledTables.map(([name]) => name)).toEqual(['roles', 'role_permissions'])
  })

  // SQLite holds the writers off meanwhile.
  it.skipIf(from.name === 'SQLite')('refuses a source that changes during the copy', async () => {
    const inUse = await openMigrated(from)
    const target = await open(from)
    const onCopied = async ({ table }: CopiedTable) => {
      if (table === 'accounts') await addAccount(inUse)
    }
    const copying = copyDatabase(inUse, target, { restart: false, onCopied })
    await expect(copying).rejects.toMatchObject({ problem: { code: 'source_changed' } })
  })

  it('requires the schema of this version first', async () => {
    const old = await openMigrated(from)
    await migrateDown(old, { all: false })
    const target = await open(from)
    const copying = copyDatabase(old, target, { restart: false })
    await expect(copying).rejects.toThrow(/proxima migrate up/)
  })

  it('keeps servers away from an interrupted copy, and starts again with --restart', async () => {
    const target = await openMigrated(from)
    await addAccount(target)
    await markUnfinished(target.db)
    await expect(migrateUp(target)).rejects.toMatchObject({ problem: { code: 'copy_unfinished' } })
    await expect(copyDatabase(source, target, { restart: false })).rejects.toThrow(/--restart/)
    await copyDatabase(source, target, { restart: true })
    expect(await contents(target.db)).toEqual(await contents(source.db))
  })
})

const mariaDb = engines.filter(({ name }) => name === 'MariaDB')

it.each(mariaDb)('does not cut a text that is too long for $name, and names its column', async (engine) => {
  const [sqlite] = engines
  if (sqlite === undefined) throw new Error('SQLite is always there')
  const source = await openMigrated(sqlite)
  await source.db
    .insertInto('accounts')
    .values({ ...emptyAccount, id: newId<AccountId>(), full_name: 'x'.repeat(201) })
    .execute()
  const target = await open(engine)
  const copying = copyDatabase(source, target, { restart: false })
  await expect(copying).rejects.toMatchObject({ problem: { code: 'copy_failed' } })
  await expect(copying).rejects.toThrow(/full_name.*The target was emptied/)
})
