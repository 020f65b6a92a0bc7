import { clientsMax } from '../../src/features/authorization/clients/model.ts'
import { type ClientId, newId } from '../../src/platform/kernel/ids.ts'
import { type ClientBody, newSigningKey } from './oauth.ts'
import type { Answer, TestClient } from './test-client.ts'
import { openDatabase } from './test-database.ts'
import type { TestServer } from './test-server.ts'

/** The successes of the calls about OAuth clients. */
export async function clientAnswers(
  client: TestClient,
  token: string,
): Promise<Record<string, readonly Answer[]>> {
  const as = { token }
  const made = await client.post('/v1/clients', { client_name: 'Of the answers' }, as)
  const path = `/v1/clients/${(made.body as ClientBody).id}`
  const signing = { token_endpoint_auth_method: 'private_key_jwt' }
  const keys = { keys: [newSigningKey('ES256').jwk] }
  const signer = await client.post('/v1/clients', { client_name: 'Signs', ...signing, jwks: keys }, as)
  const added = await client.send('POST', `${path}/secrets`, undefined, as)
  const secret = `${path}/secrets/${(added.body as ClientBody).id}`
  return {
    createClient: [made, signer],
    listClients: [await client.get('/v1/clients', as), await client.get('/v1/clients?limit=1', as)],
    getClient: [await client.get(path, as)],
    updateClient: [await client.patch(path, { client_name: 'Other' }, as)],
    addClientSecret: [added],
    deleteClientSecret: [await client.send('DELETE', secret, undefined, as)],
    deleteClient: [await client.send('DELETE', path, undefined, as)],
    getServerMetadata: [await client.get('/.well-known/oauth-authorization-server')],
    getOpenIdConfiguration: [await client.get('/.well-known/openid-configuration')],
  }
}

/** Refusals that only these calls have, with their codes. */
export async function clientRefusals(
  { client, databaseUrl }: TestServer,
  token: string,
): Promise<[string, Answer][]> {
  const create = (fields: object) => client.post('/v1/clients', { client_name: 'X', ...fields }, { token })
  const addSecret = ({ body }: Answer) =>
    client.send('POST', `/v1/clients/${(body as ClientBody).id}/secrets`, undefined, { token })
  const usual = await create({})
  const open = await create({ grant_types: ['password'], token_endpoint_auth_method: 'none' })
  const deleted = await repeatedAfterDeletion(client, token)
  const path = `/v1/clients/${(usual.body as ClientBody).id}/secrets`
  const reused = await client.send('POST', path, undefined, {
    token,
    headers: { 'idempotency-key': usedKey },
  })
  await addSecret(usual)
  const tooMany = await addSecret(usual)
  await fill(databaseUrl)
  return [
    ['not_found', deleted],
    ['validation_failed', reused],
    ['too_many_secrets', tooMany],
    ['no_secrets_needed', await addSecret(open)],
    ['too_many_clients', await create({})],
  ]
}

const usedKey = newId()

/** Creates a client with `usedKey`, deletes it, and sends the same request again. */
async function repeatedAfterDeletion(client: TestClient, token: string): Promise<Answer> {
  const create = () =>
    client.post('/v1/clients', { client_name: 'X' }, { token, headers: { 'idempotency-key': usedKey } })
  const { body } = await create()
  await client.send('DELETE', `/v1/clients/${(body as ClientBody).id}`, undefined, { token })
  return await create()
}

async function fill(databaseUrl: string): Promise<void> {
  const db = openDatabase(databaseUrl)
  const row = {
    ...{ name: 'X', scope: '', grant_types: 'password', redirect_uris: '[]' },
    ...{ token_endpoint_auth_method: 'none', created_at: 0, updated_at: 0 },
  }
  const ids = Array.from({ length: clientsMax }, () => newId<ClientId>())
  await db
    .insertInto('clients')
    .values(ids.map((id) => ({ id, ...row })))
    .execute()
  await db.destroy()
}
