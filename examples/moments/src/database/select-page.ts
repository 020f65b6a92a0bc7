import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { PageRequest } from '../page.ts'

interface Selection {
  readonly view: string
  /** By column. Null stands for every value. */
  readonly where: Readonly<Record<string, string | null>>
  readonly order: string
}

/**
 * One page of a list, and the length of the list.
 * @param selection comes from the program, never from a request. Only the values of `where` may.
 */
export function selectPage(
  database: DatabaseSync,
  { view, where, order }: Selection,
  { page, size }: PageRequest,
): { rows: Record<string, SQLOutputValue>[]; total: number } {
  const given = Object.entries(where).filter(([, value]) => value !== null)
  const conditions = given.map(([column]) => `${column} = :${column}`)
  const from = `FROM ${view} ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}`
  const values = Object.fromEntries(given)
  const counted = database.prepare(`SELECT count(*) AS total ${from}`).get(values)
  const rows = database
    .prepare(`SELECT * ${from} ORDER BY ${order} LIMIT :size OFFSET :offset`)
    .all({ ...values, size, offset: (page - 1) * size })
  return { rows, total: Number(counted?.['total']) }
}
