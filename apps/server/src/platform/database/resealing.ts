import type { ResealStep } from '../crypto/sealing.ts'
import type { Database, Transaction } from './tables.ts'
import { inTransaction } from './transactions.ts'

/** So few that no other write waits long for theirs. */
export const resealBatchSize = 100

/** Some rows with sealed values, and how each is sealed anew. */
export interface SealedPage<Row, Change> {
  /** Then nothing is written, only counted. */
  readonly dryRun: boolean
  /** In the order of their keys. */
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** None where the current master secret has sealed it. */
  readonly changesOf: (row: Row) => readonly Change[]
  readonly replace: (transaction: Transaction, change: Change) => Promise<void>
}

/** One step through what a feature has sealed: a page of it, in one transaction. */
export async function resealPage<Row, Change>(
  db: Database,
  { dryRun, rows, keyOf, changesOf, replace }: SealedPage<Row, Change>,
): Promise<ResealStep> {
  const changes = rows.flatMap(changesOf)
  if (!dryRun)
    await inTransaction(db, async (transaction) => {
      for (const change of changes) await replace(transaction, change)
    })
  const last = rows.at(-1)
  return { outdated: changes.length, next: last === undefined ? null : keyOf(last) }
}
