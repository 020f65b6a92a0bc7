import type { Database } from '../../src/platform/database/tables.ts'
import type { AccountId, ApiKeyId } from '../../src/platform/kernel/ids.ts'
import type { TestClient } from './test-client.ts'

export interface MadeKey {
  readonly id: ApiKeyId
  /** The secret. */
  readonly key: string
}

/** Makes a key of the caller, who has just signed in. */
export async function newApiKey(
  client: TestClient,
  token: string,
  body: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<MadeKey> {
  const whole = { name: 'a', ...body }
  const { status, text, body: made } = await client.post('/v1/me/api-keys', whole, { token, headers })
  if (status !== 201) throw new Error(`api-keys answered ${text}`)
  return made as MadeKey
}

let roles = 0

/** Gives an account a new role with these permissions. @returns the name of the role */
export async function giveRole(
  db: Database,
  accountId: AccountId,
  permissions: readonly string[],
): Promise<string> {
  const role = `test-${process.pid}-${++roles}`
  await db.insertInto('roles').values({ name: role, created_at: 0, updated_at: 0 }).execute()
  const rows = permissions.map((permission) => ({ role, permission }))
  if (rows.length > 0) await db.insertInto('role_permissions').values(rows).execute()
  await db.insertInto('account_roles').values({ account_id: accountId, role }).execute()
  return role
}
