import { keysOfAccountMax } from '../../src/features/authenticators/api-keys/model.ts'
import { type AccountId, type ApiKeyId, newId } from '../../src/platform/kernel/ids.ts'
import { newApiKey } from './api-keys.ts'
import type { Answer, TestClient } from './test-client.ts'
import { openDatabase } from './test-database.ts'
import type { TestServer } from './test-server.ts'

/** The bodies of calls about service accounts and API keys that a server takes. */
export const keyBodies = {
  createMyApiKey: '{"name": "x"}',
  createServiceAccount: '{"name": "x"}',
  patchServiceAccount: '{"name": "x"}',
  createServiceAccountApiKey: '{"name": "x"}',
}

/** The bodies of calls that need a recent sign-in. Those for service accounts say so in the document. */
export const unprovenKeyBodies = {
  createMyApiKey: '{"name": "x"}',
  rotateMyApiKey: '{}',
  patchMyApiKey: '{}',
}

export const limitedKeyCalls = [
  'createMyApiKey',
  'rotateMyApiKey',
  'patchMyApiKey',
  'revokeMyApiKey',
  'createServiceAccount',
  'patchServiceAccount',
  'createServiceAccountApiKey',
  'rotateServiceAccountApiKey',
  'patchServiceAccountApiKey',
  'revokeServiceAccountApiKey',
]

interface Made {
  readonly id: string
}

/** The successes of the calls about service accounts and API keys. */
export async function keyAnswers(
  client: TestClient,
  token: string,
): Promise<Record<string, readonly Answer[]>> {
  const account = await client.post('/v1/service-accounts', { name: 'Report' }, { token })
  const path = `/v1/service-accounts/${(account.body as Made).id}`
  const as = { token }
  return {
    createServiceAccount: [account],
    listServiceAccounts: [
      await client.get('/v1/service-accounts', as),
      await client.get('/v1/service-accounts?limit=1', as),
    ],
    getServiceAccount: [await client.get(path, as)],
    patchServiceAccount: [await client.patch(path, { name: 'Other' }, as)],
    ...(await lifeOf(client, token, { path: '/v1/me/api-keys', owner: 'My' })),
    ...(await lifeOf(client, token, { path: `${path}/api-keys`, owner: 'ServiceAccount' })),
  }
}

async function lifeOf(
  client: TestClient,
  token: string,
  { path, owner }: { path: string; owner: 'My' | 'ServiceAccount' },
): Promise<Record<string, readonly Answer[]>> {
  const as = { token }
  const made = await client.post(path, { name: 'x', allowed_networks: ['192.0.2.0/24'] }, as)
  const one = `${path}/${(made.body as Made).id}`
  return {
    [`create${owner}ApiKey`]: [made],
    [`list${owner}ApiKeys`]: [await client.get(path, as)],
    [`patch${owner}ApiKey`]: [await client.patch(one, { name: 'y' }, as)],
    [`rotate${owner}ApiKey`]: [await client.post(`${one}/rotation`, {}, as)],
    [`revoke${owner}ApiKey`]: [await client.send('DELETE', one, undefined, as)],
  }
}

/** Refusals that only these calls have, with their codes. */
export async function keyRefusals(
  { client, databaseUrl }: TestServer,
  { id, token }: { readonly id: AccountId; readonly token: string },
): Promise<[string, Answer][]> {
  const as = { token }
  const account = await client.post('/v1/service-accounts', { name: 'Report' }, as)
  const { id: serviceId } = account.body as { readonly id: AccountId }
  const refusals: [string, Answer][] = []
  for (const [owner, path] of [
    [id, '/v1/me/api-keys'],
    [serviceId, `/v1/service-accounts/${serviceId}/api-keys`],
  ] as const) {
    const made = await client.post(path, { name: 'x' }, as)
    const rotated = `${path}/${(made.body as Made).id}/rotation`
    const { body: newest } = await client.post(rotated, {}, as)
    refusals.push(['already_rotated', await client.post(rotated, {}, as)])
    await fill(databaseUrl, owner)
    refusals.push(['too_many_api_keys', await client.post(path, { name: 'x' }, as)])
    const rotation = `${path}/${(newest as Made).id}/rotation`
    refusals.push(['too_many_api_keys', await client.post(rotation, {}, as)])
  }
  return refusals
}

/** A key that works from no address from which a test calls. */
export async function keyFromElsewhere(client: TestClient, token: string): Promise<string> {
  return (await newApiKey(client, token, { allowed_networks: ['192.0.2.1'] })).key
}

async function fill(databaseUrl: string, accountId: AccountId): Promise<void> {
  const db = openDatabase(databaseUrl)
  const row = { account_id: accountId, name: 'x', permissions: '', allowed_networks: '', created_at: 0 }
  const ids = Array.from({ length: keysOfAccountMax }, () => newId<ApiKeyId>())
  const rows = ids.map((id) => ({ ...row, id, digest: id, expires_at: Date.UTC(2999, 0) }))
  await db.insertInto('api_keys').values(rows).execute()
  await db.destroy()
}
