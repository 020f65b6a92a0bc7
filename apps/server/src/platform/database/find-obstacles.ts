import { sql } from 'kysely'
import { ConfigError } from '../config/config-error.ts'
import type { Connection } from './connect.ts'
import { type Columns, columnsAfter } from './migrations/columns.ts'
import { migrations } from './migrations/list.ts'
import type { Obstacle } from './obstacle.ts'

/** The migrations that the database has. Null if it has no table of them. */
export type Applied = ReadonlySet<string> | null

/**
 * Finds out why no server can use the database: its version, encoding, rights, pooler, and tables that are not ours.
 * Changes nothing.
 */
export async function findObstacles(
  { db, engine }: Connection,
  applied: Applied,
  { migrates }: { readonly migrates: boolean },
): Promise<readonly Obstacle[]> {
  const known = Object.keys(migrations)
  const pending = known.filter((name) => applied?.has(name) !== true)
  const createsTables = migrates && pending.length > 0
  const { rows } = await sql.raw<{ table: string; column: string }>(engine.columnNames).execute(db)
  return [
    ...(await engine.findObstacles(db, { createsTables })),
    ...(await judgeTables(columnsOf(rows), applied, pending)),
  ]
}

/** @throws ConfigError, with a sentence about each obstacle */
export function refuseObstacles(obstacles: readonly Obstacle[]): void {
  if (obstacles.length > 0)
    throw new ConfigError(obstacles.map(({ summary, advice }) => `${summary} ${advice}`))
}

function columnsOf(rows: readonly { table: string; column: string }[]): Columns {
  const columns = new Map<string, Set<string>>()
  for (const { table, column } of rows) columns.set(table, (columns.get(table) ?? new Set()).add(column))
  return columns
}

async function judgeTables(
  existing: Columns,
  applied: Applied,
  pending: readonly string[],
): Promise<readonly Obstacle[]> {
  const unknown = [...(applied ?? [])].filter((name) => migrations[name] === undefined)
  if (unknown.length > 0 && pending.length > 0) return [migrationsUnknown(unknown, pending)]
  // A later version may drop what no server uses any more: its schema serves this version too.
  if (unknown.length > 0) return []
  const present = await columnsAfter(Object.keys(migrations).filter((name) => !pending.includes(name)))
  const expected = await columnsAfter(Object.keys(migrations))
  const differing = [...present].flatMap(([table, columns]) => differences(table, columns, existing))
  if (differing.length > 0) return [tablesDiffer(differing)]
  // An interrupted migration leaves whole tables, on an engine that commits each of them by itself.
  const foreign = [...expected].filter(
    ([table, columns]) =>
      !present.has(table) &&
      existing.has(table) &&
      (applied === null || differences(table, columns, existing).length > 0),
  )
  return foreign.length === 0 ? [] : [tablesForeign(foreign.map(([table]) => table))]
}

function differences(table: string, columns: ReadonlySet<string>, existing: Columns): readonly string[] {
  const found = existing.get(table)
  if (found === undefined) return [`the table ${table} is missing`]
  const missing = [...columns].filter((column) => !found.has(column))
  return missing.length === 0 ? [] : [`${table} lacks ${missing.join(', ')}`]
}

const useAnother = 'use another database (on PostgreSQL, another schema will do)'

function migrationsUnknown(unknown: readonly string[], pending: readonly string[]): Obstacle {
  return {
    code: 'migrations_unknown',
    summary:
      `The tables are of a version that this one cannot upgrade: it does not know ${unknown.join(', ')}, and ` +
      `the database lacks ${pending.join(', ')}.`,
    advice: `Run the version that created them, or ${useAnother}.`,
  }
}

function tablesDiffer(differing: readonly string[]): Obstacle {
  return {
    code: 'tables_differ',
    summary: `The tables are not those of this version: ${differing.join('; ')}.`,
    advice: `Run the version that created them, restore a backup, or ${useAnother}.`,
  }
}

function tablesForeign(tables: readonly string[]): Obstacle {
  return {
    code: 'tables_foreign',
    summary: `The database already has tables of another program with names that Proxima uses: ${tables.join(', ')}.`,
    advice: `They are unchanged. For Proxima, ${useAnother}.`,
  }
}
