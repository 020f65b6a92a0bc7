import type { Database } from '../../src/platform/database/tables.ts'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { consentedClient } from './consent-rows.ts'

interface EntryOwner {
  readonly id: AccountId
  readonly name: string
  readonly at: Date
}

/** What the provider of OpenID Connect remembers of an owner: something that was used, and something that was not. */
export async function insertOpenIdEntries(db: Database, { id, name, at }: EntryOwner): Promise<void> {
  const shared = { account_id: id, kind: 'AuthorizationCode', payload: '{}', expires_at: at.getTime() }
  const client_id = consentedClient
  await db
    .insertInto('openid_entries')
    .values([
      { ...shared, client_id, digest: `${name} entry`, consumed_at: null },
      { ...shared, digest: `${name} used entry`, consumed_at: at.getTime() },
    ])
    .execute()
}
