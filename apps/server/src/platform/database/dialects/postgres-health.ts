import { sql } from 'kysely'
import type { DatabaseHealth, Weakness } from '../health.ts'
import type { Database } from '../tables.ts'
import { clockAheadMs } from './clock-difference.ts'

export type Settings = ReadonlyMap<string, string>

export async function postgresHealth(db: Database): Promise<DatabaseHealth> {
  // These are the values of this connection: a role or a database may have its own.
  const { rows } = await sql<{ name: string; setting: string }>`
    select name, setting from pg_settings`.execute(db)
  const settings: Settings = new Map(rows.map(({ name, setting }) => [name, setting]))
  const reserved = ['superuser_reserved_connections', 'reserved_connections'].map((name) =>
    Number(settings.get(name) ?? 0),
  )
  const connectionsMax = reserved.reduce((left, each) => left - each, Number(settings.get('max_connections')))
  return {
    version: `PostgreSQL ${settings.get('server_version') ?? ''}`,
    weaknesses: postgresWeaknesses(settings),
    damage: [],
    clockAheadMs: await clockAheadMs(() => now(db)),
    connectionsMax,
  }
}

/** PostgreSQL manual, chapter "Write Ahead Log". */
const durable: Readonly<Record<string, { readonly loses: string; readonly weak: readonly string[] }>> = {
  fsync: { weak: ['off'], loses: 'the whole database when the power is cut' },
  full_page_writes: { weak: ['off'], loses: 'pages that are half written when the power is cut' },
  synchronous_commit: { weak: ['off'], loses: 'the last writes when the database or its machine crashes' },
}

export function postgresWeaknesses(settings: Settings): readonly Weakness[] {
  return Object.entries(durable).flatMap(([setting, { weak, loses }]) => {
    const value = settings.get(setting) ?? 'unknown'
    if (!weak.includes(value)) return []
    return [{ setting, value, loses, remedy: remedyFor(setting) }]
  })
}

function remedyFor(setting: string): string {
  const everywhere = `Run: alter system set ${setting} = on; select pg_reload_conf()`
  return setting === 'synchronous_commit'
    ? `${everywhere}; then look for other values that "alter role" or "alter database" set`
    : everywhere
}

async function now(db: Database): Promise<number> {
  const { rows } = await sql<{ now: string }>`
    select (extract(epoch from clock_timestamp()) * 1000)::text as now`.execute(db)
  return Number(rows[0]?.now)
}
