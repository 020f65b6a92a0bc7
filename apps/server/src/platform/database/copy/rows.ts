import { type ExpressionBuilder, type ExpressionWrapper, type Kysely, type SqlBool, sql } from 'kysely'
import type { OrderedTable } from '../table-order.ts'
import type { Database } from '../tables.ts'

export type Row = Readonly<Record<string, unknown>>
type AnyTables = Record<string, Record<string, unknown>>
type Condition = ExpressionWrapper<AnyTables, string, SqlBool>

// A row takes at most about 40 KB. The row of a picture takes 400 KB, and MariaDB receives it as text of twice that
// length. A batch stays below the 16 MB that MariaDB accepts in one statement.
const batchRowsDefault = 250
const batchRowsOf: Readonly<Record<string, number>> = { picture_files: 16 }

export interface BatchOptions {
  readonly batchRows?: number
  /** Only the rows in which this column is null. */
  readonly without?: string | null
}

/** All rows of a table in the order of its primary key, which is the same on every engine. Never yields an empty batch. */
export async function* batchesOf(
  db: Database,
  table: OrderedTable,
  options: BatchOptions = {},
): AsyncGenerator<readonly Row[], void> {
  const { batchRows = batchRowsOf[table.name] ?? batchRowsDefault, without = null } = options
  let last: Row | null = null
  for (;;) {
    const rows: Row[] = await readAfter(db, table, last, { batchRows, without })
    if (rows.length > 0) yield rows
    if (rows.length < batchRows) return
    last = rows.at(-1) ?? null
  }
}

/** The rows that belong to some owners, in the order of the primary key. */
export async function rowsOf(
  db: Database,
  { name, primaryKey }: OrderedTable,
  column: string,
  owners: readonly unknown[],
): Promise<readonly Row[]> {
  let query = anyTable(db)
    .selectFrom(name)
    .selectAll()
    .where(column, 'in', [...owners])
  for (const key of primaryKey) query = query.orderBy(key)
  return await query.execute()
}

export async function insertRows(db: Database, table: OrderedTable, rows: readonly Row[]): Promise<void> {
  await anyTable(db).insertInto(table.name).values(rows.map(insertable)).execute()
}

// Each driver returns bytes in its own kind of array. All of them accept a Buffer.
function insertable(row: Row): Record<string, unknown> {
  const entries = Object.entries(row).map(([column, value]): [string, unknown] => [
    column,
    value instanceof Uint8Array ? Buffer.from(value) : value,
  ])
  return Object.fromEntries(entries)
}

export async function countRows(db: Database, table: OrderedTable): Promise<number> {
  const { rows } = await sql<{ count: number | string }>`
    select count(*) as count from ${sql.table(table.name)}`.execute(db)
  return Number(rows[0]?.count ?? 0)
}

export async function isEmpty(db: Database, table: OrderedTable): Promise<boolean> {
  const rows = await anyTable(db).selectFrom(table.name).selectAll().limit(1).execute()
  return rows.length === 0
}

async function readAfter(
  db: Database,
  { name, primaryKey }: OrderedTable,
  last: Row | null,
  { batchRows, without }: Required<BatchOptions>,
): Promise<Row[]> {
  const [first = ''] = primaryKey
  let query = anyTable(db).selectFrom(name).selectAll().limit(batchRows)
  for (const column of primaryKey) query = query.orderBy(column)
  if (without !== null) query = query.where(without, 'is', null)
  // The first condition follows from the second. It lets MariaDB start at the right place in the index.
  if (last !== null)
    query = query.where(first, '>=', last[first]).where((builder) => isAfter(builder, primaryKey, last))
  return await query.execute()
}

function isAfter(
  builder: ExpressionBuilder<AnyTables, string>,
  primaryKey: readonly string[],
  last: Row,
): Condition {
  const alternatives = primaryKey.map((column, index) => {
    const equal = primaryKey.slice(0, index).map((before) => builder(before, '=', last[before]))
    return builder.and([...equal, builder(column, '>', last[column])])
  })
  return builder.or(alternatives)
}

// The table is known only at run time, and the types of its columns do not matter to a copy.
function anyTable(db: Database): Kysely<AnyTables> {
  return db as unknown as Kysely<AnyTables>
}
