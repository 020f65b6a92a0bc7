import { sql } from 'kysely'
import { locationOf, withDatabase } from './with-database.ts'

export interface Amounts {
  readonly accounts: number
  readonly events: number
}

const yearMs = 365 * 86_400_000

/**
 * Adds events of a year to the people of a database, evenly: nine in ten are sign-ins, one in twenty failed. They belong
 * to a block that does not exist, so that no server seals them: the list does not look at blocks. The engine generates the
 * rows itself, because sending them would take longer than storing them.
 */
export async function addEvents(databaseUrl: string, { accounts, events }: Amounts): Promise<void> {
  const { engine } = locationOf(databaseUrl)
  const { numbers, hex, id } = dialects[engine]
  const start = Date.now() - yearMs
  await withDatabase(databaseUrl, async (db) => {
    const run = (statement: string) => sql.raw(statement).execute(db)
    if (engine === 'sqlite') await run('pragma cache_size = -1000000')
    await run('create table bench_people (place int primary key, id char(36))')
    await run('insert into bench_people select row_number() over (order by id) - 1, id from accounts')
    await run(`
      insert into audit_events
        (id, action, outcome, account_id, actor_id, session_id, method, request_id, ip_address, device, at, block)
      select ${id(`concat('01900000-0000-7000-8000-', ${hex})`)},
        case when i % 10 = 0 then 'session_end' else 'sign_in' end,
        case when i % 20 = 1 then 'failure' else 'success' end,
        ${id('people.id')}, ${id('people.id')}, ${id(`concat('01900000-0000-7000-9000-', ${hex})`)}, 'password',
        ${id(`concat('01900000-0000-7000-a000-', ${hex})`)},
        concat('10.', i % 200, '.', i % 199, '.', i % 197), 'Firefox on Linux',
        ${start} + floor(${yearMs} / ${events} * i), 1
      from ${numbers(events)} numbers
      join bench_people people on people.place = i % ${accounts}`)
    await run('drop table bench_people')
    await run(engine === 'mysql' ? 'analyze table audit_events' : 'analyze')
  })
}

/** The id of the request of an event that `addEvents` made. @param index from 1 */
export function requestIdOf(index: number): string {
  return `01900000-0000-7000-a000-${index.toString(16).padStart(12, '0')}`
}

interface Dialect {
  /** Rows with one column `i`, from 1 to `count`. */
  readonly numbers: (count: number) => string
  readonly hex: string
  readonly id: (text: string) => string
}

const dialects: Readonly<Record<'sqlite' | 'postgres' | 'mysql', Dialect>> = {
  sqlite: {
    numbers: (count) =>
      `(with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count}) select i from n)`,
    hex: "printf('%012x', i)",
    id: (text) => text,
  },
  postgres: {
    numbers: (count) => `(select generate_series(1, ${count}) as i)`,
    hex: "lpad(to_hex(i), 12, '0')",
    id: (text) => `(${text})::uuid`,
  },
  mysql: {
    numbers: (count) => `(select seq as i from seq_1_to_${count})`,
    hex: "lpad(lower(hex(i)), 12, '0')",
    id: (text) => text,
  },
}
