import type { AccountRow } from '../../src/features/users/accounts/repository.ts'
import type { Database, Transaction } from '../../src/platform/database/tables.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import { type AccountId, newId } from '../../src/platform/kernel/ids.ts'

/** An account with only the required columns, and those in `columns`. */
export function accountRow(columns: Partial<AccountRow> = {}): AccountRow & { readonly id: AccountId } {
  const id = newId<AccountId>()
  return { kind: 'person', status: 'active', created_at: 0, updated_at: 0, ...columns, id }
}

export async function insertAccount(db: Database, columns: Partial<AccountRow> = {}): Promise<AccountId> {
  const row = accountRow(columns)
  await db.insertInto('accounts').values(row).execute()
  return row.id
}

/** Runs `work` in a transaction and returns its outcome. Rolls back if that is a refusal, as callers of a repository do. */
export async function rollBackIf<T>(
  db: Database,
  isRefusal: (outcome: T) => boolean,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const refused: T[] = []
  try {
    return await inTransaction(db, async (transaction) => {
      const outcome = await work(transaction)
      if (!isRefusal(outcome)) return outcome
      refused.push(outcome)
      throw new Error('refused')
    })
  } catch (error) {
    const [outcome] = refused
    if (outcome === undefined) throw error
    return outcome
  }
}
