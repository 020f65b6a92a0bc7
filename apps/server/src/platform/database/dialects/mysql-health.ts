import { sql } from 'kysely'
import type { DatabaseHealth, Weakness } from '../health.ts'
import type { Database } from '../tables.ts'
import { clockAheadMs } from './clock-difference.ts'

export type Variables = ReadonlyMap<string, string>

export async function mysqlHealth(db: Database): Promise<DatabaseHealth> {
  const { rows } = await sql<{ Variable_name: string; Value: string }>`show global variables`.execute(db)
  const variables: Variables = new Map(rows.map((row) => [row.Variable_name, row.Value]))
  const version = variables.get('version') ?? ''
  return {
    version: version.includes('MariaDB') ? `MariaDB ${version}` : `MySQL ${version}`,
    weaknesses: mysqlWeaknesses(variables),
    damage: [],
    clockAheadMs: await clockAheadMs(() => now(db)),
    connectionsMax: Number(variables.get('max_connections')),
  }
}

/** MariaDB and MySQL manuals, InnoDB system variables and binary log options. */
export function mysqlWeaknesses(variables: Variables): readonly Weakness[] {
  const weaknesses: Weakness[] = []
  const requireOneOf = (setting: string, durable: readonly string[], loses: string) => {
    const value = variables.get(setting)
    if (value === undefined || durable.includes(value)) return
    weaknesses.push({
      setting,
      value,
      loses,
      remedy: `Set ${setting} = ${durable[0]} below [mysqld], and restart the database`,
    })
  }
  requireOneOf(
    'innodb_flush_log_at_trx_commit',
    ['1', '3'],
    'the last second of writes when the database or its machine crashes',
  )
  requireOneOf(
    'innodb_doublewrite',
    ['ON', 'DETECT_AND_RECOVER', '1'],
    'pages that are half written when the power is cut',
  )
  // If there is a binary log, it decides after a crash which transactions were committed.
  if (variables.get('log_bin') === 'ON')
    requireOneOf('sync_binlog', ['1'], 'the last writes when the machine crashes')
  return weaknesses
}

async function now(db: Database): Promise<number> {
  const { rows } = await sql<{ now: string | number }>`
    select unix_timestamp(now(6)) * 1000 as now`.execute(db)
  return Number(rows[0]?.now)
}
