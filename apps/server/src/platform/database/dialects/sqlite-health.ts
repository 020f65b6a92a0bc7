import { sql } from 'kysely'
import { Failure } from '../../kernel/failures.ts'
import type { DatabaseHealth, Weakness } from '../health.ts'
import type { Database } from '../tables.ts'

const damageMax = 3

export async function sqliteHealth(db: Database): Promise<DatabaseHealth> {
  const { rows } = await sql<{ version: string }>`select sqlite_version() as version`.execute(db)
  return {
    version: `SQLite ${rows[0]?.version ?? ''}`,
    weaknesses: sqliteWeaknesses(await pragma(db, 'journal_mode'), await pragma(db, 'synchronous')),
    damage: await findDamage(db),
    clockAheadMs: null,
    connectionsMax: null,
  }
}

async function findDamage(db: Database): Promise<readonly string[]> {
  try {
    const check = await sql<{ quick_check: string }>`pragma quick_check(${sql.lit(damageMax)})`.execute(db)
    return check.rows.map((row) => row.quick_check).filter((line) => line !== 'ok')
  } catch (error) {
    // The check itself fails if it cannot even read the list of tables.
    const cause = error instanceof Failure ? error.cause : error
    const isMalformed = cause instanceof Error && 'errcode' in cause && cause.errcode === 11
    if (!isMalformed) throw error
    return [cause.message]
  }
}

/** `synchronous` is 0 for OFF, 1 for NORMAL, 2 for FULL, 3 for EXTRA. */
export function sqliteWeaknesses(journalMode: string, synchronous: string): readonly Weakness[] {
  const weaknesses: Weakness[] = []
  if (Number(synchronous) < 2)
    weaknesses.push({
      setting: 'synchronous',
      value: synchronous,
      remedy: 'Report this as a bug: every command of this version sets synchronous = full',
      loses: 'the last writes when the power is cut',
    })
  if (journalMode !== 'wal')
    weaknesses.push({
      setting: 'journal_mode',
      value: journalMode,
      remedy:
        'Stop other programs that have the file open, and put it on a local disk: WAL needs memory that processes share',
      loses: 'no write, but readers and writers wait for one another',
    })
  return weaknesses
}

async function pragma(db: Database, name: 'journal_mode' | 'synchronous'): Promise<string> {
  const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db)
  return String(rows[0]?.[name])
}
