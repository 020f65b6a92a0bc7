import pg from 'pg'
import type { ForeignDriver } from './foreign-driver.ts'

/** bool, bytea, int2, int4, float4, float8, json and jsonb. Everything else stays the text that the database sends. */
const parsedTypes: ReadonlySet<number> = new Set([16, 17, 21, 23, 700, 701, 114, 3802])
const connectMaxMs = 10_000

const parserOf = pg.types.getTypeParser as (oid: number) => (text: string) => unknown

export async function foreignPostgres(url: string): Promise<ForeignDriver> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectMaxMs,
    application_name: 'proxima-import',
    types: {
      // The driver would read a time without a zone as local time, and round its microseconds.
      getTypeParser: (oid: number) => (parsedTypes.has(oid) ? parserOf(oid) : (text: string) => text),
    },
  })
  // A lost connection fails the next query; without a listener it would end the process.
  client.on('error', () => undefined)
  await client.connect()
  const query = async (sql: string, parameters: readonly unknown[]) =>
    (await client.query<Record<string, unknown>>(sql, [...parameters])).rows
  await client.query("set timezone to 'UTC'")
  // All pages are of one moment, even if the old backend still writes.
  await client.query('begin transaction isolation level repeatable read, read only')
  return {
    quote: '"',
    placeholder: (position) => `$${position}`,
    query,
    columnsOf: async (table, schema) => {
      const named =
        'select column_name as name from information_schema.columns where table_name = $1 ' +
        'and table_schema = coalesce($2, current_schema()) order by ordinal_position'
      return (await query(named, [table, schema])).map(({ name }) => String(name))
    },
    close: () => client.end(),
  }
}
