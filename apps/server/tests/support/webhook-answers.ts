import { endpointsMax } from '../../src/features/integration/webhooks/endpoints/model.ts'
import { newId } from '../../src/platform/kernel/ids.ts'
import { password } from './password.ts'
import { signUpAdministrator } from './roles.ts'
import type { Answer, TestClient } from './test-client.ts'
import type { TestServer } from './test-server.ts'

/** Nothing listens there, and no name leads there. */
const body = { url: 'https://app.invalid/webhooks' }

/** The successes of the calls about webhooks. */
export async function webhookAnswers(
  client: TestClient,
  token: string,
): Promise<Record<string, readonly Answer[]>> {
  const as = { token }
  const created = await client.post('/v1/webhooks', body, as)
  const path = `/v1/webhooks/${created.body.id}`
  return {
    createWebhook: [created],
    listWebhooks: [await client.get('/v1/webhooks', as)],
    getWebhook: [await client.get(path, as)],
    changeWebhook: [await client.patch(path, { description: 'A receiver' }, as)],
    rotateWebhookSecret: [await client.post(`${path}/secrets`, {}, as)],
    pingWebhook: [await client.send('POST', `${path}/ping`, undefined, as)],
    replayWebhook: [await client.post(`${path}/replay`, {}, as)],
    listWebhookDeliveries: [await client.get(`${path}/deliveries`, as)],
    deleteWebhook: [await client.send('DELETE', path, undefined, as)],
  }
}

/** Refusals that only these calls have, with their codes. */
export async function webhookRefusals(server: TestServer): Promise<[string, Answer][]> {
  const { client } = server
  const { token } = await signUpAdministrator(server, 'webhooks', password)
  const headers = { 'idempotency-key': newId() }
  const add = async (options = {}) => await client.post('/v1/webhooks', body, { token, ...options })
  const { id } = (await add({ headers })).body
  await client.send('DELETE', `/v1/webhooks/${id}`, undefined, { token })
  const deleted = await add({ headers })
  for (let count = 0; count < endpointsMax; count++) await add()
  return [
    ['not_found', deleted],
    ['too_many_webhooks', await add()],
  ]
}

/** The calls that are limited. */
export const limitedWebhookCalls = [
  'createWebhook',
  'changeWebhook',
  'deleteWebhook',
  'rotateWebhookSecret',
  'pingWebhook',
  'replayWebhook',
]

/** Bodies that a server takes without knowing them. */
export const webhookBodies = { createWebhook: JSON.stringify(body) }
