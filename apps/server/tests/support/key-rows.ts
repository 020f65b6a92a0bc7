import type { Database } from '../../src/platform/database/tables.ts'
import type { AccountId, ApiKeyId } from '../../src/platform/kernel/ids.ts'

interface KeyOwner {
  readonly id: AccountId
  readonly name: string
  readonly keyId: ApiKeyId
  readonly at: Date
}

export async function insertApiKey(db: Database, { id, name, keyId, at }: KeyOwner): Promise<void> {
  const texts = { name, digest: `${name} key digest`, permissions: `${name}:read`, allowed_networks: '' }
  const times = { created_at: at.getTime(), expires_at: at.getTime(), last_used_at: at.getTime() }
  await db
    .insertInto('api_keys')
    .values({ id: keyId, account_id: id, ...texts, ...times })
    .execute()
}
