import { existsSync } from 'node:fs'
import type { Finding } from '../../features/administration/deployment/model.ts'
import { ConfigError } from '../../platform/config/config-error.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { maskUrl } from '../../platform/config/url-parsers.ts'
import { databaseHealth } from '../../platform/database/ask-health.ts'
import { type Connection, ping } from '../../platform/database/connect.ts'
import { reasonOf } from '../../platform/database/faults.ts'
import type { DatabaseHealth } from '../../platform/database/health.ts'
import {
  databaseObstacles,
  isCopyUnfinished,
  laterMigrations,
  type MigrationStatus,
  migrationStatus,
} from '../../platform/database/migrator.ts'
import { withDatabase } from './with-database.ts'

type Settings = Pick<Config, 'databaseUrl' | 'databasePoolMax' | 'migrate'>

export async function checkDatabase(settings: Settings): Promise<readonly Finding[]> {
  const { databaseUrl } = settings
  // Connecting would create the file.
  if (databaseUrl.engine === 'sqlite' && !existsSync(databaseUrl.path))
    return [databaseNotCreated(databaseUrl.path)]
  try {
    return await withDatabase(databaseUrl, (connection) => examineDatabase(connection, settings))
  } catch (error) {
    return [unreachable(settings, error)]
  }
}

async function examineDatabase(connection: Connection, settings: Settings): Promise<readonly Finding[]> {
  await ping(connection.db)
  const health = await databaseHealth(connection)
  // The other checks may read the damaged pages.
  const migrations = health.damage.length > 0 ? [] : await checkMigrations(connection, settings)
  return [...migrations, ...judgeHealth(health, settings)]
}

function databaseNotCreated(path: string): Finding {
  return {
    severity: 'note',
    code: 'database_not_made',
    summary: `There is no database yet. The first start creates ${path}.`,
    advice: 'If there should be one, check PROXIMA_DATA_DIR and PROXIMA_DATABASE_URL.',
  }
}

function unreachable({ databaseUrl }: Settings, error: unknown): Finding {
  const where = databaseUrl.engine === 'sqlite' ? databaseUrl.path : maskUrl(databaseUrl.url)
  return {
    severity: 'error',
    code: 'database_unreachable',
    summary: `The database ${where} cannot be used: ${explain(error)}`,
    advice: databaseUrl.engine === 'sqlite' ? adviceOnFile : adviceOnServer,
  }
}

function explain(error: unknown): string {
  return error instanceof ConfigError ? error.problems.join(' ') : reasonOf(error)
}

const adviceOnFile =
  'Check who owns the file and its folder. If the file is damaged, "proxima restore" replaces it with a backup.'

const adviceOnServer =
  'Check that it runs and that PROXIMA_DATABASE_URL is right. Until this is fixed, the server answers every call with 503.'

async function checkMigrations(connection: Connection, settings: Settings): Promise<readonly Finding[]> {
  // The check of the preconditions reports these.
  if (await isCopyUnfinished(connection)) return []
  if ((await databaseObstacles(connection, { migrates: settings.migrate })).length > 0) return []
  const later = await laterMigrations(connection)
  return [
    ...judgeMigrations(await migrationStatus(connection), settings),
    ...(later.length > 0 ? [laterSchema(later)] : []),
  ]
}

function laterSchema(names: readonly string[]): Finding {
  return {
    severity: 'note',
    code: 'schema_of_later_version',
    summary: `A later version has migrated this database (${names.join(', ')}).`,
    advice: 'This version works with it. Upgrade every server to the later version soon.',
  }
}

export function judgeMigrations(
  status: readonly MigrationStatus[],
  { migrate }: Pick<Settings, 'migrate'>,
): readonly Finding[] {
  const pending = status.filter(({ appliedAt }) => appliedAt === null).map(({ name }) => name)
  if (pending.length === 0) return []
  const isNew = pending.length === status.length
  return [
    {
      severity: migrate ? (isNew ? 'note' : 'warning') : 'error',
      code: 'migrations_pending',
      summary: isNew
        ? 'The database has no Proxima tables yet.'
        : `The database lacks migrations: ${pending.join(', ')}.`,
      advice: migrate
        ? 'Start the server or run "proxima migrate up" to apply them.'
        : 'Run "proxima migrate up". With PROXIMA_MIGRATE=off, no server is ready before that.',
    },
  ]
}

const clockToleranceMs = 5_000

/** Compares what the engine reports with what the server needs. */
export function judgeHealth(
  { version, weaknesses, damage, clockAheadMs, connectionsMax }: DatabaseHealth,
  { databasePoolMax }: Pick<Settings, 'databasePoolMax'>,
): readonly Finding[] {
  const findings: Finding[] = weaknesses.map(({ setting, value, loses, remedy }) => ({
    severity: 'error',
    code: 'durability_weak',
    summary: `${version} has ${setting} = ${value} and loses ${loses}.`,
    advice: `${remedy}.`,
  }))
  for (const line of damage)
    findings.push({
      severity: 'error',
      code: 'database_damaged',
      summary: `The database is damaged: ${line}`,
      advice: 'Keep the file, stop the server, and run "proxima restore" with the last good backup.',
    })
  if (Math.abs(clockAheadMs ?? 0) > clockToleranceMs) findings.push(clockDiffers(clockAheadMs ?? 0))
  return [...findings, ...judgeConnections(databasePoolMax, connectionsMax)]
}

function clockDiffers(aheadMs: number): Finding {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000)
  return {
    severity: 'warning',
    code: 'clock_differs',
    summary: `The clock of the database is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's.`,
    advice: 'Run NTP on every machine, because tokens and sessions expire by the clock.',
  }
}

function judgeConnections(poolMax: number, connectionsMax: number | null): readonly Finding[] {
  if (connectionsMax === null || poolMax * 2 <= connectionsMax) return []
  const isTooMany = poolMax > connectionsMax
  return [
    {
      severity: isTooMany ? 'error' : 'note',
      code: 'pool_too_large',
      summary: `One server opens up to ${poolMax} connections, but the database accepts only ${connectionsMax} in total.`,
      advice: 'Lower PROXIMA_DATABASE_POOL_MAX, or raise max_connections in the database.',
    },
  ]
}
