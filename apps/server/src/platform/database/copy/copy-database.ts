import { Failure, type Problem } from '../../kernel/failures.ts'
import type { Connection } from '../connect.ts'
import { isCopyUnfinished, laterMigrations, migrateDown, migrateUp, migrationStatus } from '../migrator.ts'
import { type OrderedTable, tablesInOrder } from '../table-order.ts'
import type { Database } from '../tables.ts'
import { markUnfinished, unmarkUnfinished } from '../unfinished-copy.ts'
import { batchesOf, countRows, insertRows, isEmpty } from './rows.ts'
import { hasOnlySeeds, removeSeeds } from './seeds.ts'
import { verifyTable } from './verify.ts'

export interface CopiedTable {
  readonly table: string
  /** The number of rows that were copied, read back and found equal in every column. */
  readonly rows: number
}

export interface CopyOptions {
  /** Empties a target that an earlier copy left unfinished. */
  readonly restart: boolean
  /** Called for each table after it is copied and before it is verified. */
  readonly onCopied?: (copied: CopiedTable) => void | Promise<void>
}

const sourceNotCurrent: Problem = {
  code: 'source_not_current',
  kind: 'conflict',
  title: 'The source has another schema',
  advice: 'The source must have the schema of this version.',
}

const targetNotEmpty: Problem = {
  code: 'target_not_empty',
  kind: 'conflict',
  title: 'The target is not empty',
  advice: 'A copy never overwrites anything. Use an empty database.',
}

const sourceChanged: Problem = {
  code: 'source_changed',
  kind: 'conflict',
  title: 'The source has changed',
  advice: 'The source changed while it was copied. Stop every server that uses it, and copy again.',
}

const copyFailed: Problem = {
  code: 'copy_failed',
  kind: 'internal',
  title: 'The copy failed',
  advice: 'A database refused a statement. See the detail.',
}

/**
 * Copies everything from the source into the target, which may be on another engine, and reads every row back. It reads
 * the source as it was when the copy began. No server starts on the target until everything is verified.
 * @throws `source_not_current`, `target_not_empty`; or `source_changed`, `copy_differs`, `copy_failed`, after which the
 * target is empty again, or no server starts on it
 */
export async function copyDatabase(
  source: Connection,
  target: Connection,
  options: CopyOptions,
): Promise<CopiedTable[]> {
  await assertCurrent(source)
  await prepare(target, options)
  await markUnfinished(target.db)
  try {
    await removeSeeds(target.db)
    const copied = await copyAndVerify(source.db, target.db, options)
    await assertUnchanged(source.db, copied)
    await unmarkUnfinished(target.db)
    return copied
  } catch (error) {
    throw await abandonCopy(target, error)
  }
}

async function abandonCopy(target: Connection, error: unknown): Promise<Failure> {
  const left = await clear(target).then(
    () => 'The target was emptied.',
    () => 'The target could not be emptied. No server will start on it.',
  )
  const problem = error instanceof Failure ? error.problem : copyFailed
  const reason = error instanceof Error ? error.message : String(error)
  return new Failure(problem, { detail: `${reason} ${left}`, cause: error })
}

// A server that still runs on the source could add rows where the copy has already been. On PostgreSQL and MariaDB the
// copy reads one snapshot; on SQLite its transaction blocks all writers.
function copyAndVerify(source: Database, target: Database, options: CopyOptions): Promise<CopiedTable[]> {
  const snapshot = source.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
  return snapshot.execute(async (transaction) => {
    for (const table of tablesInOrder) {
      const rows = await copyTable(transaction, target, table)
      await options.onCopied?.({ table: table.name, rows })
    }
    const verified: CopiedTable[] = []
    for (const table of tablesInOrder)
      verified.push({ table: table.name, rows: await verifyTable(transaction, target, table) })
    return verified
  })
}

async function copyTable(source: Database, target: Database, table: OrderedTable): Promise<number> {
  let count = 0
  for await (const rows of batchesOf(source, table)) {
    await insertRows(target, table, rows)
    count += rows.length
  }
  return count
}

async function assertCurrent(source: Connection): Promise<void> {
  const pending = (await migrationStatus(source)).filter(({ appliedAt }) => appliedAt === null)
  if (pending.length > 0)
    throw new Failure(sourceNotCurrent, {
      detail: 'The source lacks migrations of this version. Run "proxima migrate up" on it first.',
    })
  const later = await laterMigrations(source)
  if (later.length > 0)
    throw new Failure(sourceNotCurrent, {
      detail: `The source was migrated by a later version (${later.join(', ')}). Copy it with that version.`,
    })
}

async function prepare(target: Connection, { restart }: CopyOptions): Promise<void> {
  if (await isCopyUnfinished(target)) {
    if (!restart)
      throw new Failure(targetNotEmpty, {
        detail:
          'The target holds a copy that did not finish. Use --restart to empty it and start again, or use another database.',
      })
    await clear(target)
  }
  if ((await laterMigrations(target)).length > 0)
    throw new Failure(targetNotEmpty, {
      detail: 'The target was migrated by a later version. Use an empty database.',
    })
  await migrateUp(target)
  for (const table of tablesInOrder)
    if (!(await isEmpty(target.db, table)) && !(await hasOnlySeeds(target.db, table)))
      throw new Failure(targetNotEmpty, {
        detail: `The target has rows in ${table.name}. Use an empty database, because a copy never overwrites anything.`,
      })
}

/** Drops the mark last: it keeps servers away until the tables are gone. */
async function clear(target: Connection): Promise<void> {
  await migrateDown(target, { all: true })
  await unmarkUnfinished(target.db)
}

/** Compares only the number of rows. That is enough, because a server in use adds a session at every sign-in. */
async function assertUnchanged(source: Database, copied: readonly CopiedTable[]): Promise<void> {
  for (const table of tablesInOrder) {
    const rows = await countRows(source, table)
    if (rows !== copied.find((each) => each.table === table.name)?.rows) throw new Failure(sourceChanged)
  }
}
