import { sql } from 'kysely'
import { locationOf, withDatabase } from './with-database.ts'

export interface Amounts {
  /** How many accounts there are. */
  readonly accounts: number
  /** How many sessions to make. */
  readonly sessions: number
}

const lifeMs = 30 * 86_400_000

/**
 * Adds sessions to the people of a database, evenly, all with a session code. Every second session has expired. The
 * engine generates the rows itself: sending ten million rows to it would take longer than storing them.
 */
export async function addSessions(databaseUrl: string, amounts: Amounts): Promise<void> {
  const { engine } = locationOf(databaseUrl)
  await withDatabase(databaseUrl, async (db) => {
    const run = (statement: string) => sql.raw(statement).execute(db)
    // An index of digests is written in random order, so it should fit in memory while the rows are made.
    if (engine === 'sqlite') await run('pragma cache_size = -1000000')
    await run('create table bench_people (place int primary key, id char(36))')
    await run('insert into bench_people select row_number() over (order by id) - 1, id from accounts')
    await run(insertOf(dialects[engine], amounts))
    await run('drop table bench_people')
    await run(engine === 'mysql' ? 'analyze table sessions' : 'analyze')
  })
}

export async function countSessions(databaseUrl: string): Promise<number> {
  return await withDatabase(databaseUrl, async (db) => {
    const counted = db.selectFrom('sessions').select(({ fn }) => fn.countAll().as('count'))
    return Number((await counted.executeTakeFirstOrThrow()).count)
  })
}

interface Dialect {
  /** Rows with one column `i`, from 1 to `count`. */
  readonly numbers: (count: number) => string
  readonly hex: string
  readonly id: (text: string) => string
  readonly digest: string
}

const dialects: Readonly<Record<'sqlite' | 'postgres' | 'mysql', Dialect>> = {
  sqlite: {
    numbers: (count) =>
      `(with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count}) select i from n)`,
    hex: "printf('%012x', i)",
    id: (text) => text,
    digest: 'lower(hex(randomblob(32)))',
  },
  postgres: {
    numbers: (count) => `(select generate_series(1, ${count}) as i)`,
    hex: "lpad(to_hex(i), 12, '0')",
    id: (text) => `(${text})::uuid`,
    digest: "encode(sha256(i::text::bytea), 'hex')",
  },
  mysql: {
    numbers: (count) => `(select seq as i from seq_1_to_${count})`,
    hex: "lpad(lower(hex(i)), 12, '0')",
    id: (text) => text,
    digest: 'sha2(i, 256)',
  },
}

function insertOf({ numbers, hex, id, digest }: Dialect, { accounts, sessions }: Amounts): string {
  const now = Date.now()
  return `
    insert into sessions
      (id, account_id, amr, user_agent, ip_address, authenticated_at, created_at, expires_at, last_seen_at,
        last_seen_day, code_digest)
    select ${id(`concat('01900000-0000-7000-8000-', ${hex})`)}, ${id('people.id')}, 'pwd', 'bench', '127.0.0.1', ${now - lifeMs}, ${now - lifeMs},
      ${now} + case when i % 2 = 0 then -1 else ${lifeMs} end, ${now}, ${now - (now % 86_400_000)}, ${digest}
    from ${numbers(sessions)} numbers
    join bench_people people on people.place = i % ${accounts}`
}
