import { PostgresDialect, sql } from 'kysely'
import type { Pool } from 'pg'
import type { Engine, Fault } from '../engine.ts'
import { postgresObstacles } from './postgres-obstacles.ts'
import { constraintName, isConnectionError, type ServerOptions } from './server.ts'

/**
 * The schema of our tables: the one in the search path that has them, or else the one in which new tables are created.
 * Other schemas of the same database may hold the tables of another Proxima.
 */
const ourSchema = `coalesce(
  (select relnamespace from pg_class where oid = to_regclass('proxima_migrations')),
  (select oid from pg_namespace where nspname = current_schema()))`

export function postgresEngine(options: ServerOptions): Engine {
  const { poolMax } = options
  let openPool: Pool | null = null
  const types = {
    id: 'uuid',
    time: 'bigint',
    integer: 'integer',
    bytes: 'bytea',
    text: () => 'text collate "C"',
  }
  return {
    name: 'postgres',
    dialect: new PostgresDialect({
      // The driver is loaded by the first connection.
      pool: async () => {
        const { planningPool, postgresPool } = await import('./postgres-pool.ts')
        openPool = postgresPool(options)
        return planningPool(openPool)
      },
    }),
    snapshotDialect: null,
    classify,
    tableNames: `select relname as name from pg_class where relkind = any ('{r,p}') and relnamespace = ${ourSchema}`,
    columnNames: `
      select relname as "table", attname as "column" from pg_class join pg_attribute on attrelid = pg_class.oid
      where relnamespace = ${ourSchema} and relkind <> 'i' and attnum > 0 and not attisdropped`,
    migrationSchema: async (db) => {
      const { rows } = await sql<{ name: string | null }>`
        select nspname as name from pg_namespace where oid = ${sql.raw(ourSchema)}`.execute(db)
      return rows[0]?.name ?? null
    },
    findObstacles: (db, need) =>
      postgresObstacles(db, { ...need, connectionsMax: poolMax, schema: ourSchema }),
    columnTypes: async () => types,
    tableOptions: '',
    indexOnlyTableOptions: '',
    // Leaves room on each page for new versions of its rows, so that most updates write no index (HOT).
    changingTableOptions: 'with (fillfactor = 80)',
    partialIndexes: true,
    scrub: null,
    assertInPlace: () => undefined,
    poolUse: () => {
      const { totalCount: all = 0, idleCount: idle = 0, waitingCount: waiting = 0 } = openPool ?? {}
      return { inUse: all - idle, idle, waiting, max: poolMax }
    },
  }
}

/**
 * SQLSTATE classes and codes, PostgreSQL manual, appendix A. Each has a cause that the operator can fix: the connection
 * (08), a refused sign-in (28), a missing database (3D) or schema (3F), resources (53), the state of a database or
 * object (55), an operator or a shutdown (57), the system (58), a damaged configuration or file (F0, XX), a transaction
 * that was idle (25P03), a server that only reads (25006), a missing right (42501), a table or column that an operator
 * removed (42P01, 42703), an encoding without the character (22P05), and a pooler that gives each statement another
 * connection (26000, 42P05).
 */
const unavailableStates = /^(?:08|28|3D|3F|53|55|57|58|F0|XX|25006|25P03|42501|42P01|42703|22P05|26000|42P05)/
const conflictStates = new Set(['40001', '40P01'])

function classify(error: unknown): Fault {
  if (!(error instanceof Error)) return { kind: 'other' }
  const code = 'code' in error ? String(error.code) : ''
  if (code === '23505') {
    const constraint = 'constraint' in error ? constraintName(String(error.constraint)) : null
    return constraint === null ? { kind: 'other' } : { kind: 'unique', constraint }
  }
  if (conflictStates.has(code)) return { kind: 'conflict' }
  if (unavailableStates.test(code) || isConnectionError(error)) return { kind: 'unavailable' }
  return { kind: 'other' }
}
