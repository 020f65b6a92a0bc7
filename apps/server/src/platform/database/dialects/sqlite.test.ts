import { chmod, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountRow, insertAccount } from '../../../../tests/support/account-rows.ts'
import { connectLikeCommand, connectTo } from '../../../../tests/support/connections.ts'
import type { Failure } from '../../kernel/failures.ts'
import { type AccountId, newId } from '../../kernel/ids.ts'
import { unavailable } from '../../kernel/problems.ts'
import { migrateUp } from '../migrator.ts'
import type { Database } from '../tables.ts'
import { inTransaction } from '../transactions.ts'

describe('SQLite', () => {
  let folder: string
  let path: string
  let db: Database
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxima-test-'))
    path = join(folder, 'data', 'test.sqlite')
    const connection = connectTo(`sqlite:${path}`)
    await migrateUp(connection)
    db = connection.db
  })
  afterAll(async () => {
    await db?.destroy()
    await rm(folder, { recursive: true, force: true })
  })

  /** A select goes to the connection that reads, and within a transaction to the one that writes. */
  async function pragma(on: Database, name: string): Promise<unknown> {
    const table = sql<Record<string, unknown>>`${sql.table(`pragma_${name}`)}`.as('pragma')
    const row: object | undefined = await on.selectFrom(table).selectAll().executeTakeFirst()
    return row && Object.values(row)[0]
  }

  const pragmas = { journal_mode: 'wal', synchronous: 2, foreign_keys: 1, trusted_schema: 0 }

  it.each([
    ['a server leaves the sync of each commit to LogSync', (url: string) => connectTo(url), 1],
    ['a command lets SQLite sync every commit', connectLikeCommand, 2],
  ])('I12: %s, and both check foreign keys', async (_what, open, synchronous) => {
    const opened = open(`sqlite:${path}`)
    await inTransaction(opened.db, async (transaction) => {
      for (const [name, value] of Object.entries({ ...pragmas, synchronous, query_only: 0 }))
        expect(await pragma(transaction, name), name).toBe(value)
    })
    await opened.db.destroy()
  })

  it('checks them on the connection that reads too, which cannot write', async () => {
    for (const [name, value] of Object.entries({ ...pragmas, query_only: 1 }))
      expect(await pragma(db, name), name).toBe(value)
  })

  it('enforces foreign keys', async () => {
    const row = { account_id: newId<AccountId>(), hash: 'x', version: newId(), changed_at: 0 }
    await expect(db.insertInto('passwords').values(row).execute()).rejects.toThrow('FOREIGN KEY')
  })

  it('is readable only by its owner, with its logs and the folder that was created for it', async () => {
    await insertAccount(db)
    const modeOf = async (file: string) => ((await stat(file)).mode & 0o777).toString(8)
    for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(await modeOf(file), file).toBe('600')
    expect(await modeOf(join(folder, 'data'))).toBe('700')
  })

  it.each([
    ['a Date', new Date(0)],
    ['an object', { full_name: 'x' }],
    ['a boolean', true],
    ['a symbol', Symbol('x')],
  ])('refuses to bind %s, which the driver would store as something else', async (_what, value) => {
    const name = value as unknown as string
    await expect(insertAccount(db, { full_name: name })).rejects.toThrow('SQLite cannot store')
    const found = db.selectFrom('accounts').selectAll().where('full_name', '=', name)
    await expect(found.execute()).rejects.toThrow('SQLite cannot store')
  })

  it('refuses a text where a number belongs (STRICT)', async () => {
    const time = 'yesterday' as unknown as number
    await expect(insertAccount(db, { created_at: time })).rejects.toThrow(
      'cannot store TEXT value in INTEGER',
    )
    const tables = await sql<{ name: string; strict: number }>`
      select name, strict from pragma_table_list where schema = 'main' and name not like 'sqlite_%'
      and name not like 'proxima_migrations%'`.execute(db)
    expect(tables.rows.filter(({ strict }) => strict !== 1)).toEqual([])
  })

  it('drops old statements from its cache, and still runs them', async () => {
    for (let index = 0; index < 600; index++) {
      const row = await db.selectNoFrom(sql<number>`${sql.raw(String(index))}`.as('value')).executeTakeFirst()
      expect(row?.value).toBe(index)
    }
  })

  it('notices a schema change of another process', async () => {
    const id = await insertAccount(db, { full_name: 'Amina' })
    const find = () => db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst()
    const before = await find()
    withAnotherProcess((other) => other.exec("alter table accounts add column added text default 'new'"))
    expect(await find()).toEqual({ ...before, added: 'new' })
    withAnotherProcess((other) => other.exec('alter table accounts drop column added'))
    expect(await find()).toEqual(before)
  })

  it('waits for the lock of another process, and serves others while it waits', async () => {
    const other = new DatabaseSync(path)
    other.exec('begin immediate')
    const events: string[] = []
    const writing = insertAccount(db).then(() => events.push('written'))
    for (let reads = 0; reads < 3; reads++) {
      await db.selectFrom('accounts').select('id').limit(1).execute()
      await new Promise((resolve) => setImmediate(resolve))
      events.push('read')
    }
    other.exec('commit')
    other.close()
    await writing
    expect(events).toEqual(['read', 'read', 'read', 'written'])
  })

  it('releases the lock with the end of the transaction, even if it fails', async () => {
    for (const fails of [false, true]) {
      const work = inTransaction(db, async (transaction) => {
        await insertAccount(transaction)
        if (fails) throw new Error('on purpose')
      })
      await work.catch(() => undefined)
      withAnotherProcess((other) => {
        other.exec('pragma busy_timeout = 0; begin immediate; rollback')
      })
    }
  })

  it('stores nothing of a transaction that SQLite has undone, not even later statements', async () => {
    const before = await count()
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db)
    await sql`pragma max_page_count = ${sql.lit(rows[0]?.page_count)}`.execute(db)
    const long = { full_name: 'x'.repeat(1_000_000) }
    try {
      const work = inTransaction(db, async (transaction) => {
        await insertAccount(transaction)
        await expect(insertAccount(transaction, long)).rejects.toMatchObject({ problem: unavailable })
        await expect(insertAccount(transaction)).rejects.toThrow('SQLite has undone the transaction')
      })
      await expect(work).rejects.toThrow('SQLite has undone the transaction')
      expect(await count()).toBe(before)
    } finally {
      await sql`pragma max_page_count = 4294967294`.execute(db)
    }
    await insertAccount(db, long)
    expect(await count()).toBe(before + 1)
  })

  it('undoes only the failed transactions among many that are committed together', async () => {
    const before = await count()
    const works = Array.from({ length: 100 }, (_, index) =>
      inTransaction(db, async (transaction) => {
        await insertAccount(transaction)
        await new Promise((resolve) => setImmediate(resolve))
        if (index % 3 === 0) throw new Error('on purpose')
        await insertAccount(transaction)
      }),
    )
    const outcomes = await Promise.allSettled(works)
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(34)
    expect(await count()).toBe(before + 2 * 66)
  })

  it('I12: acknowledges a transaction once another connection sees it, however many end at once', async () => {
    const other = new DatabaseSync(path)
    const isThere = other.prepare('select 1 from accounts where id = ?')
    const seen = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const id =
          index % 2 === 0
            ? await insertAccount(db)
            : await inTransaction(db, (transaction) => insertAccount(transaction))
        return isThere.get(id) !== undefined
      }),
    )
    other.close()
    expect(seen).not.toContain(false)
  })

  it('commits what arrives while the disk writes, even if it writes for a statement outside of transactions', async () => {
    for (let time = 0; time < 20; time++) {
      const alone = sql`pragma user_version = ${sql.lit(time)}`.execute(db)
      await new Promise((resolve) => setImmediate(resolve))
      await Promise.all([alone, insertAccount(db)])
    }
  })

  it('lets a transaction that fails because of another one read what that one has written', async () => {
    const row = accountRow()
    const find = () => db.selectFrom('accounts').select('id').where('id', '=', row.id).execute()
    const insert = (on: Database) => on.insertInto('accounts').values(row).execute()
    const works = Array.from({ length: 20 }, async (_, index) => {
      try {
        await (index % 2 === 0 ? insert(db) : inTransaction(db, insert))
        return 'stored'
      } catch {
        return (await find()).length
      }
    })
    expect(await Promise.all(works)).toEqual(['stored', ...Array.from({ length: 19 }, () => 1)])
  })

  it('I12: fails all transactions that wait for the disk if SQLite undoes them', async () => {
    const before = await count()
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db)
    await sql`pragma max_page_count = ${sql.lit(rows[0]?.page_count)}`.execute(db)
    const long = { full_name: 'x'.repeat(1_000_000) }
    try {
      const works = [insertAccount(db), insertAccount(db), insertAccount(db, long), insertAccount(db, long)]
      const outcomes = await Promise.allSettled(works)
      const problems = outcomes.map(
        (outcome) => outcome.status === 'rejected' && (outcome.reason as Failure).problem,
      )
      expect(problems).toEqual(works.map(() => unavailable))
      expect(await count()).toBe(before)
    } finally {
      await sql`pragma max_page_count = 4294967294`.execute(db)
    }
    await Promise.all([insertAccount(db), insertAccount(db)])
    expect(await count()).toBe(before + 2)
  })

  // Whoever owns the machine may read and write anything; a mode means nothing to root.
  it.skipIf(process.getuid?.() === 0)('names the path that cannot be opened', async () => {
    const closed = await mkdtemp(join(tmpdir(), 'proxima-test-'))
    await chmod(closed, 0o500)
    const connection = connectTo(`sqlite:${join(closed, 'test.sqlite')}`)
    await expect(connection.db.selectFrom('accounts').selectAll().execute()).rejects.toThrow(closed)
    await rm(closed, { recursive: true })
  })

  async function count(): Promise<number> {
    return (await db.selectFrom('accounts').select('id').execute()).length
  }

  function withAnotherProcess(work: (other: DatabaseSync) => void): void {
    const other = new DatabaseSync(path)
    work(other)
    other.close()
  }
})
