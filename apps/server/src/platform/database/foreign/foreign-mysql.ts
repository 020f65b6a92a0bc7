import { createConnection, type RowDataPacket } from 'mysql2/promise'
import type { ForeignDriver } from './foreign-driver.ts'

const connectMaxMs = 10_000

export async function foreignMysql(url: string): Promise<ForeignDriver> {
  const connection = await createConnection({
    uri: url.replace(/^mariadb:/, 'mysql:'),
    connectTimeout: connectMaxMs,
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
  })
  // A lost connection fails the next query; without a listener it would end the process.
  connection.on('error', () => undefined)
  const query = async (sql: string, parameters: readonly unknown[]) => {
    const [rows] = await connection.query<RowDataPacket[]>(sql, [...parameters])
    return rows
  }
  await query("set names utf8mb4, time_zone = '+00:00'", [])
  // All pages are of one moment, even if the old backend still writes.
  await query('set transaction isolation level repeatable read', [])
  await query('start transaction with consistent snapshot, read only', [])
  return {
    quote: '`',
    placeholder: () => '?',
    query,
    columnsOf: async (table, schema) => {
      const named =
        'select column_name as name from information_schema.columns where table_name = ? ' +
        'and table_schema = coalesce(?, database()) order by ordinal_position'
      return (await query(named, [table, schema])).map((row) => String(row['name'] ?? row['NAME']))
    },
    close: () => connection.end(),
  }
}
