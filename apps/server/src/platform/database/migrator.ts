import { sql } from 'kysely'
import {
  type Migration as KyselyMigration,
  type MigrationResultSet,
  Migrator,
  NO_MIGRATIONS,
} from 'kysely/migration'
import { Failure, type Problem } from '../kernel/failures.ts'
import type { Connection } from './connect.ts'
import { findObstacles, refuseObstacles } from './find-obstacles.ts'
import { migrations } from './migrations/list.ts'
import type { Obstacle } from './obstacle.ts'
import { unfinishedCopyTable } from './unfinished-copy.ts'

const migrationTableName = 'proxima_migrations'
const migrationLockTableName = 'proxima_migrations_lock'

export interface MigrationStatus {
  readonly name: string
  /** RFC 3339, or null while it is pending. */
  readonly appliedAt: string | null
}

const copyUnfinished: Problem = {
  code: 'copy_unfinished',
  kind: 'conflict',
  title: 'An unfinished copy',
  advice:
    'A copy into this database did not finish, so part of the data is missing. Run "proxima db copy --restart" again, ' +
    'or use another database.',
}

/**
 * The migrations of this version, and when each was applied. It does not list migrations of a later version.
 * @throws `copy_unfinished`
 */
export async function migrationStatus({ db, engine }: Connection): Promise<MigrationStatus[]> {
  const applied = await appliedMigrations({ db, engine })
  return Object.keys(migrations).map((name) => ({ name, appliedAt: applied.get(name) ?? null }))
}

/** Migrations that the database has and this version does not know. @throws `copy_unfinished` */
export async function laterMigrations(connection: Connection): Promise<string[]> {
  const applied = await appliedMigrations(connection)
  return [...applied.keys()].filter((name) => migrations[name] === undefined)
}

export async function isCopyUnfinished(connection: Connection): Promise<boolean> {
  return (await tableNames(connection)).has(unfinishedCopyTable)
}

/**
 * Applies pending migrations under a lock: if several nodes start together, one applies them and the others wait.
 * @throws ConfigError if the database is not fit, or its tables are not ours
 */
export async function migrateUp(connection: Connection): Promise<string[]> {
  // A later version's schema serves this version too (expand first, contract a release later), and the migrator
  // would refuse migrations that it does not know.
  if (await isCurrent(connection)) return []
  await refuseUnfit(connection)
  return outcome(await (await migratorFor(connection)).migrateToLatest())
}

/** Reverts the last migration, or all of them with `all`. The data in their tables is lost. */
export async function migrateDown(connection: Connection, options: { all: boolean }): Promise<string[]> {
  const migrator = await migratorFor(connection)
  return outcome(options.all ? await migrator.migrateTo(NO_MIGRATIONS) : await migrator.migrateDown())
}

export async function isCurrent(connection: Connection): Promise<boolean> {
  const status = await migrationStatus(connection)
  return status.every(({ appliedAt }) => appliedAt !== null)
}

/** Why no server can use the database. Changes nothing. @throws `copy_unfinished` */
export async function databaseObstacles(
  connection: Connection,
  { migrates }: { readonly migrates: boolean },
): Promise<readonly Obstacle[]> {
  for (;;) {
    const applied = await readApplied(connection)
    const obstacles = await findObstacles(connection, applied && new Set(applied.keys()), { migrates })
    // Another node may have migrated in between. Its tables are then not those of a stranger.
    const isSame = (await readApplied(connection))?.size === applied?.size
    if (isSame || obstacles.length === 0) return obstacles
  }
}

/** @throws ConfigError if the database is not fit, or its tables are not those of this version */
export async function refuseUnfit(connection: Connection): Promise<void> {
  refuseObstacles(await databaseObstacles(connection, { migrates: true }))
}

async function appliedMigrations(connection: Connection): Promise<ReadonlyMap<string, string>> {
  return (await readApplied(connection)) ?? new Map()
}

/** Null if no migration has ever run. */
async function readApplied({ db, engine }: Connection): Promise<ReadonlyMap<string, string> | null> {
  const tables = await tableNames({ db, engine })
  if (tables.has(unfinishedCopyTable)) throw new Failure(copyUnfinished)
  if (!tables.has(migrationTableName)) return null
  const query = sql<{
    name: string
    timestamp: string
  }>`select name, timestamp from ${sql.table(migrationTableName)}`
  const { rows } = await query.execute(db)
  return new Map(rows.map(({ name, timestamp }) => [name, timestamp]))
}

async function tableNames({ db, engine }: Connection): Promise<ReadonlySet<string>> {
  const { rows } = await sql.raw<{ name: string }>(engine.tableNames).execute(db)
  return new Set(rows.map(({ name }) => name))
}

async function migratorFor({ db, engine }: Connection): Promise<Migrator> {
  const { tableOptions, changingTableOptions, indexOnlyTableOptions, partialIndexes } = engine
  const options = { tableOptions, changingTableOptions, indexOnlyTableOptions, partialIndexes }
  const context = { types: await engine.columnTypes(db), ...options }
  const bound = Object.entries(migrations).map(([name, migration]): [string, KyselyMigration] => [
    name,
    { up: (db) => migration.up(db, context), down: (db) => migration.down(db, context) },
  ])
  const provider = { getMigrations: async () => Object.fromEntries(bound) }
  // Otherwise the migrator takes the tables of another Proxima, in another schema, for its own.
  const schema = await engine.migrationSchema(db)
  return new Migrator({
    db,
    provider,
    migrationTableName,
    migrationLockTableName,
    ...(schema !== null && { migrationTableSchema: schema }),
  })
}

function outcome({ error, results = [] }: MigrationResultSet): string[] {
  if (error !== undefined)
    throw error instanceof Error ? error : new Error('the migration failed', { cause: error })
  return results.filter(({ status }) => status === 'Success').map(({ migrationName }) => migrationName)
}
