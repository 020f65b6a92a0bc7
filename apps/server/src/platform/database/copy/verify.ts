import { Failure, type Problem } from '../../kernel/failures.ts'
import type { OrderedTable } from '../table-order.ts'
import type { Database } from '../tables.ts'
import { batchesOf, type Row } from './rows.ts'

const copyDiffers: Problem = {
  code: 'copy_differs',
  kind: 'internal',
  title: 'The copy differs',
  advice: 'The target does not hold the same values as the source.',
}

/** Reads both sides in parallel and compares every column of every row. @returns the number of rows */
export async function verifyTable(source: Database, target: Database, table: OrderedTable): Promise<number> {
  const copies = batchesOf(target, table)
  let count = 0
  for await (const rows of batchesOf(source, table)) {
    const copied = (await copies.next()).value ?? []
    for (const [index, row] of rows.entries()) assertEqual(table, row, copied[index])
    if (copied.length > rows.length) throw tooMany(table)
    count += rows.length
  }
  if ((await copies.next()).done !== true) throw tooMany(table)
  return count
}

function assertEqual(table: OrderedTable, row: Row, copy: Row | undefined): void {
  if (copy === undefined) throw differs(`${describe(table, row)} is missing in the target.`)
  const columns = new Set([...Object.keys(row), ...Object.keys(copy)])
  for (const column of columns)
    if (!isSame(row[column], copy[column]))
      throw differs(`${describe(table, row)} has a different ${column} in the target.`)
}

function isSame(value: unknown, copied: unknown): boolean {
  if (value instanceof Uint8Array && copied instanceof Uint8Array) return Buffer.compare(value, copied) === 0
  return value === copied
}

function tooMany({ name }: OrderedTable): Failure {
  return differs(
    `The target has rows in ${name} that are not in the source, because something else wrote to the target.`,
  )
}

function differs(detail: string): Failure {
  return new Failure(copyDiffers, { detail })
}

function describe({ name, primaryKey }: OrderedTable, row: Row): string {
  return `The row of ${name} with ${primaryKey.map((column) => `${column} ${String(row[column])}`).join(', ')}`
}
