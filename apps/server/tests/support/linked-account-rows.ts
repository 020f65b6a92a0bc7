import type { Database } from '../../src/platform/database/tables.ts'
import { type AccountId, type LinkedAccountId, newId } from '../../src/platform/kernel/ids.ts'

/** An account at another provider, with a value in each column. */
export async function insertLinkedAccount(db: Database, accountId: AccountId, at: number): Promise<void> {
  await db
    .insertInto('linked_accounts')
    .values({
      id: newId<LinkedAccountId>(),
      account_id: accountId,
      provider: 'google',
      issuer: 'https://accounts.google.com',
      subject: '110169484474386276334',
      identity_digest: `digest of the identity of ${accountId}`,
      email: 'Amina@Example.org',
      created_at: at,
      last_used_at: at,
    })
    .execute()
}
