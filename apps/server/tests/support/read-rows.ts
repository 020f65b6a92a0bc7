import type { Database } from '../../src/platform/database/tables.ts'
import { insertWebhook } from './webhook-rows.ts'

/** Rows that belong to no account, as writes with a stale read find them. */
export async function insertReadRows(db: Database, at: number): Promise<void> {
  await db
    .insertInto('guess_budgets')
    .values({ budget: 'budget', failures: 3, opens_at: at, refusals: 0, typed: 0 })
    .execute()
  await db.insertInto('message_counts').values({ counter: 'counter', counted: 5, ends_at: at }).execute()
  await db.insertInto('bounced_addresses').values({ address_digest: 'address', bounced_at: at }).execute()
  await insertWebhook(db, at)
  const key = { algorithm: 'ES256', public_jwk: '{}', private_jwk_sealed: 'key', activates_at: at } as const
  await db
    .insertInto('signing_keys')
    .values([
      { ...key, kid: 'older', created_at: at, predecessor: 'none' },
      { ...key, kid: 'retiring', created_at: at, predecessor: 'older', retires_at: at },
    ])
    .execute()
}
