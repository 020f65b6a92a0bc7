import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { ForeignDriver, ForeignRow } from './foreign-driver.ts'

export function foreignSqlite(path: string): ForeignDriver {
  const db = new DatabaseSync(path, { readOnly: true })
  // A read transaction: all pages are of one moment, even if the old backend still writes.
  db.exec('begin')
  const query = async (sql: string, parameters: readonly unknown[]) => {
    const statement = db.prepare(sql)
    // A number that JavaScript cannot hold exactly would otherwise throw.
    statement.setReadBigInts(true)
    return statement.all(...(parameters as SQLInputValue[])).map(exact)
  }
  return {
    quote: '"',
    placeholder: () => '?',
    query,
    columnsOf: async (table) =>
      (await query('select name from pragma_table_info(?)', [table])).map(({ name }) => String(name)),
    close: async () => db.close(),
  }
}

function exact(row: Record<string, unknown>): ForeignRow {
  for (const [name, value] of Object.entries(row))
    if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) row[name] = Number(value)
  return row
}
