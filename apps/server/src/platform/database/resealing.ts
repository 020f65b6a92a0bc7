import type { ResealStep } from '../crypto/sealing.ts'
import type { Database, Transaction } from './tables.ts'
import { inTransaction } from './transactions.ts'

/** Small enough that no other write waits long. */
export const resealBatchSize = 100

/** A page of rows with sealed values, and how to seal each again. */
export interface SealedPage<Row, Change> {
  /** True to count only, and write nothing. */
  readonly dryRun: boolean
  /** In the order of their keys. */
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** Empty if the current master secret has sealed the row already. */
  readonly changesOf: (row: Row) => readonly Change[]
  readonly replace: (transaction: Transaction, change: Change) => Promise<void>
}

/** Seals one page of a feature's rows again, in one transaction. */
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
