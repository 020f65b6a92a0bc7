import { pseudonymOf } from '../../src/features/self-service/deletions/receipt.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { openDatabase } from './test-database.ts'

/** The pseudonym of the account whose erasure the receipt belongs to. */
export async function pseudonymOfErased(db: Database, receipt: string): Promise<AccountId> {
  const { account_id } = await db
    .selectFrom('audit_events')
    .select('account_id')
    .where('target', '=', `receipt:${pseudonymOf(receipt)}`)
    .executeTakeFirstOrThrow()
  if (account_id === null) throw new Error('an erasure is about an account')
  return account_id
}

export interface StoredEvent {
  readonly action: string
  readonly outcome: string
  readonly account_id: string | null
  readonly session_id: string | null
  readonly method: string | null
  readonly ip_address: string | null
  readonly at: number
}

/**
 * Reads all stored events, in the order in which they happened. Leaves out refused calls unless they are wanted: they are
 * recorded after their answer, so a test that just got one might find it or not.
 */
export async function readEvents(
  databaseUrl: string,
  { withRefusedCalls = false } = {},
): Promise<StoredEvent[]> {
  const db = openDatabase(databaseUrl)
  try {
    const events = await db
      .selectFrom('audit_events')
      .select(['action', 'outcome', 'account_id', 'session_id', 'method', 'ip_address', 'at'])
      .orderBy('id')
      .execute()
    return events.filter(({ action }) => withRefusedCalls || action !== 'request_refusal')
  } finally {
    await db.destroy()
  }
}
