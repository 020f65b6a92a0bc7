import { openDatabase } from './test-database.ts'

export interface StoredEvent {
  readonly action: string
  readonly outcome: string
  readonly account_id: string | null
  readonly session_id: string | null
  readonly method: string | null
  readonly ip_address: string | null
  readonly at: number
}

/** Reads all stored events, in the order in which they happened. */
export async function readEvents(databaseUrl: string): Promise<StoredEvent[]> {
  const db = openDatabase(databaseUrl)
  try {
    return await db
      .selectFrom('audit_events')
      .select(['action', 'outcome', 'account_id', 'session_id', 'method', 'ip_address', 'at'])
      .orderBy('id')
      .execute()
  } finally {
    await db.destroy()
  }
}
