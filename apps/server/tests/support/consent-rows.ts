import type { Database } from '../../src/platform/database/tables.ts'
import { type AccountId, type ClientId, newId } from '../../src/platform/kernel/ids.ts'

/** Every owner has allowed it something. */
export const consentedClient = newId<ClientId>()

interface Owner {
  readonly id: AccountId
  readonly name: string
  readonly at: Date
}

export async function insertConsent(db: Database, { id, name, at }: Owner): Promise<void> {
  const known = await db
    .selectFrom('clients')
    .select('id')
    .where('id', '=', consentedClient)
    .executeTakeFirst()
  if (known === undefined) {
    const texts = { name: 'Wiki', scope: '', grant_types: '', redirect_uris: '[]' }
    const times = { created_at: 0, updated_at: 0 }
    await db
      .insertInto('clients')
      .values({ id: consentedClient, ...texts, token_endpoint_auth_method: 'none', ...times })
      .execute()
  }
  const granted = { client_id: consentedClient, scope: name, granted_at: at.getTime() }
  await db
    .insertInto('consents')
    .values({ account_id: id, ...granted })
    .execute()
}
