import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectTo } from '../../../../../tests/support/connections.ts'
import { engines, type TestDatabase } from '../../../../../tests/support/engines.ts'
import type { MapVariant } from '../maps/format.ts'
import type { UserRow } from '../model.ts'
import { openSource } from './open-source.ts'
import type { Source } from './source.ts'

const variant: MapVariant = {
  name: 'people',
  table: 'people',
  key: 'id',
  tables: { cards: { table: 'cards', match: 'person', order: 'id', only: { kind: 'shown' } } },
  fields: {},
}

async function usersOf(from: string, given: MapVariant = variant): Promise<UserRow[]> {
  const source = await openSource(from)
  try {
    return await readAll(source, given)
  } finally {
    await source.close()
  }
}

async function readAll(source: Source, given: MapVariant): Promise<UserRow[]> {
  const users: UserRow[] = []
  for await (const user of source.users(given)) users.push(user)
  return users
}

describe.each(engines)('a source on $name', (engine) => {
  let database: TestDatabase
  const people = 1_203

  beforeAll(async () => {
    database = await engine.createDatabase()
    const { db } = connectTo(database.url)
    const bytes = { SQLite: 'blob', PostgreSQL: 'bytea', MariaDB: 'blob' }[engine.name]
    const stamp = engine.name === 'MariaDB' ? 'datetime(3)' : 'timestamp'
    const run = (text: string) => sql.raw(text).execute(db)
    await run(`create table people (id integer, name varchar(50), made ${stamp}, face ${bytes})`)
    await run('create table cards (id integer, person integer, kind varchar(9), text varchar(50))')
    const numbers = Array.from({ length: people }, (_, index) => index + 1)
    const rows = numbers.map((id) => `(${id}, 'Person ${id}', '2025-06-10 12:34:56.123')`).join(',')
    await run(`insert into people (id, name, made) values ${rows}, (null, 'No key', null)`)
    await sql`update people set face = ${Buffer.from([0, 255, 7])} where id = 1`.execute(db)
    await run("insert into cards values (9, 2, 'shown', 'b'), (3, 2, 'shown', 'a'), (1, 2, 'hidden', 'c')")
    const [odd, quote] = [numbers.slice(0, 600), engine.name === 'MariaDB' ? '`' : '"']
    await run(`create table odd (${quote}id?${quote} varchar(20))`)
    await run(`insert into odd values ${odd.map((id) => `('${id} \` or "')`).join(',')}`)
    await db.destroy()
  })
  afterAll(async () => await database?.drop())

  it('returns every row once, over many pages, and one empty row for each without a key', async () => {
    const users = await usersOf(database.url)
    expect(users.filter(({ row }) => row['id'] === undefined)).toHaveLength(1)
    const ids = users.flatMap(({ row }) => (row['id'] === undefined ? [] : [row['id']]))
    expect(ids).toEqual(Array.from({ length: people }, (_, index) => index + 1))
  })

  it('returns the rows of a side table in their order, and only those that count', async () => {
    const users = await usersOf(database.url)
    const cards = users.map(({ side }) => side['cards'] ?? [])
    expect(cards.flat().map(({ text }) => text)).toEqual(['a', 'b'])
    expect(users.find(({ side }) => side['cards']?.length === 2)?.row['id']).toBe(2)
  })

  it('keeps bytes as they are, and times as the text that the database has', async () => {
    const row = (await usersOf(database.url)).find((user) => user.row['id'] === 1)?.row
    expect(Buffer.from(row?.['face'] as Uint8Array)).toEqual(Buffer.from([0, 255, 7]))
    expect(row?.['made']).toBe('2025-06-10 12:34:56.123')
  })

  it('says that a table is not there, and reads no name as a statement (A27)', async () => {
    const source = await openSource(database.url)
    const hostile = { ...variant, table: 'people"; drop table people; --' }
    expect(await source.columnsOf(hostile)).toEqual([])
    await expect(readAll(source, hostile)).rejects.toThrow()
    await source.close()
    expect(await usersOf(database.url)).toHaveLength(people + 1)
  })

  it('A27: puts no value of a row in place of a question mark in a name', async () => {
    expect(await usersOf(database.url, { ...variant, table: 'odd', key: 'id?', tables: {} })).toHaveLength(
      600,
    )
  })

  it('passes over no row silently if several have the same key', async () => {
    const reading = usersOf(database.url, { ...variant, key: 'made', tables: {} })
    await expect(reading).rejects.toMatchObject({
      problem: { code: 'map_unfit' },
      message: expect.stringContaining('703 rows'),
    })
  })
})

describe('a file', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxima-import-'))
  })
  afterAll(async () => await rm(folder, { recursive: true, force: true }))

  async function read(name: string, content: string | Buffer, given: Partial<MapVariant> = {}) {
    const path = join(folder, name)
    await writeFile(path, content)
    return (await usersOf(path, { name: 'file', key: 'id', fields: {}, ...given })).map(({ row }) => row)
  }

  it('of JSON Lines has an object in each line', async () => {
    const rows = await read('a.jsonl', '{"id":1,"name":"Amina"}\r\n\n{"id":2}')
    expect(rows).toEqual([{ id: 1, name: 'Amina' }, { id: 2 }])
  })

  it('of CSV may have separators, quotes and line ends in quotes', async () => {
    const rows = await read('a.csv', '\ufeffid,name\r\n1,"a ""b"", c\nd"\r\n\r\n2,\r\n')
    expect(rows).toEqual([
      { id: '1', name: 'a "b", c\nd' },
      { id: '2', name: '' },
    ])
  })

  it('of CSV without a line of names has them in the map', async () => {
    const csv = { columns: ['id', 'name'], separator: ';' }
    expect(await read('b.csv', '1;x', { csv })).toEqual([{ id: '1', name: 'x' }])
  })

  it('of JSON has a list, also within other members', async () => {
    const text = '{"users":"no","a":{"users":[{"id":9}]},"users":[{"id":"}]\\""},{"id":[{}]}],"z":[1]}'
    expect(await read('a.json', text, { records: 'users' })).toEqual([{ id: '}]"' }, { id: [{}] }])
    expect(await read('b.json', '[{"id":1}]')).toEqual([{ id: 1 }])
  })

  it.each([
    ['cut off', 'c.json', '[{"id":1},{"id"'],
    ['without the list', 'd.json', '{"people":[]}'],
    ['with a number in the list', 'e.json', '[1]'],
    ['with an open quote', 'c.csv', 'id\n"1'],
    ['with a short record', 'd.csv', 'id,name\n1'],
    ['of other bytes than UTF-8', 'e.csv', Buffer.from([105, 100, 10, 0xe9, 10])],
    ['with a member twice', 'b.jsonl', '{"id":1,"id":2}'],
  ])('that is malformed is refused: %s', async (_, name, content) => {
    const error = await read(name, content).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ problem: { code: 'source_malformed' } })
  })

  it('that is missing, or of an unknown kind, is refused', async () => {
    await writeFile(join(folder, 'a.txt'), '')
    for (const name of ['missing.csv', 'a.txt'])
      await expect(openSource(join(folder, name))).rejects.toMatchObject({
        problem: { code: 'source_unreadable' },
      })
  })
})
