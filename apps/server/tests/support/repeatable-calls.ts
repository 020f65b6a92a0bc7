import type { AuditAction } from '../../src/features/safeguards/audit/model.ts'
import { newId } from '../../src/platform/kernel/ids.ts'
import { passkeyOrigin, startPasskey } from './passkeys.ts'
import { SoftwareAuthenticator } from './software-authenticator.ts'
import type { Answer, TestClient } from './test-client.ts'

interface World {
  readonly client: TestClient
  /** Of an administrator who has just signed in. */
  readonly token: string
}

interface RepeatableCall {
  /** What the audit trail calls it. */
  readonly action: AuditAction
  /** True if the answer has a secret: the audit trail then also shows who got it again. */
  readonly hasSecret: boolean
  readonly prepare: (world: World) => Promise<PreparedCall>
  /** The part of the answer that does not change while the server works. All of it by default. */
  readonly stableOf?: (answer: Answer) => unknown
}

interface PreparedCall {
  readonly path: string
  readonly body?: object
  /** True if anyone may call. */
  readonly isPublic?: boolean
}

/** What a browser answers to the options for a new passkey. */
function answerTo({ flow, public_key: options }: Answer['body']): object {
  return { flow, response: new SoftwareAuthenticator({ origin: passkeyOrigin }).create(options) }
}

const newName = () => `n-${newId().slice(-12)}`

/** Creates what a call is about. @returns its path */
async function made({ client, token }: World, path: string, body: object): Promise<string> {
  const { status, text, body: created } = await client.post(path, body, { token })
  if (status !== 201) throw new Error(`${path} answered ${text}`)
  return `${path}/${created.id}`
}

const keysOfNewService = async (world: World) =>
  `${await made(world, '/v1/service-accounts', { name: 'Report' })}/api-keys`

const newWebhook = { url: 'https://app.invalid/webhooks', event_types: ['user.deleted'] }

/** Every call that takes an Idempotency-Key, by its name in the OpenAPI document. */
export const repeatableCalls: Readonly<Record<string, RepeatableCall>> = {
  register: {
    action: 'registration',
    hasSecret: true,
    prepare: async () => ({ path: '/v1/auth/register', body: { username: newName() }, isPublic: true }),
  },
  registerWithPasskey: {
    action: 'registration',
    hasSecret: true,
    prepare: async ({ client }) => {
      const path = '/v1/auth/register/passkey'
      const { body } = await client.post(path, { username: newName() })
      return { path, body: answerTo(body), isPublic: true }
    },
  },
  addMyPasskey: {
    action: 'factor_addition',
    hasSecret: true,
    prepare: async ({ client, token }) => {
      const { body } = await startPasskey(client, token)
      return { path: '/v1/me/factors/passkeys', body: answerTo(body) }
    },
  },
  renewMySecret: {
    action: 'secret_renewal',
    hasSecret: true,
    prepare: async () => ({ path: '/v1/me/secret' }),
  },
  createMyApiKey: {
    action: 'api_key_creation',
    hasSecret: true,
    prepare: async () => ({ path: '/v1/me/api-keys', body: { name: 'Backup' } }),
  },
  rotateMyApiKey: {
    action: 'api_key_rotation',
    hasSecret: true,
    prepare: async (world) => ({
      path: `${await made(world, '/v1/me/api-keys', { name: 'Backup' })}/rotation`,
    }),
  },
  createUser: {
    action: 'registration',
    hasSecret: true,
    prepare: async () => ({ path: '/v1/users', body: { username: newName() } }),
  },
  createUserJob: {
    action: 'user_job',
    hasSecret: false,
    prepare: async () => ({ path: '/v1/user-jobs', body: { action: 'suspend', user_ids: [newId()] } }),
    stableOf: ({ body }) => body.id as string,
  },
  createRole: {
    action: 'role_creation',
    hasSecret: false,
    prepare: async () => ({ path: '/v1/roles', body: { name: newName(), permissions: ['users:read'] } }),
  },
  createClient: {
    action: 'client_creation',
    hasSecret: true,
    prepare: async () => ({ path: '/v1/clients', body: { client_name: 'Reports' } }),
  },
  addClientSecret: {
    action: 'client_secret_creation',
    hasSecret: true,
    prepare: async (world) => ({
      path: `${await made(world, '/v1/clients', { client_name: 'Reports' })}/secrets`,
    }),
  },
  createServiceAccount: {
    action: 'service_account_creation',
    hasSecret: false,
    prepare: async () => ({ path: '/v1/service-accounts', body: { name: 'Report' } }),
  },
  createServiceAccountApiKey: {
    action: 'api_key_creation',
    hasSecret: true,
    prepare: async (world) => ({ path: await keysOfNewService(world), body: { name: 'Backup' } }),
  },
  rotateServiceAccountApiKey: {
    action: 'api_key_rotation',
    hasSecret: true,
    prepare: async (world) => {
      const path = await keysOfNewService(world)
      return { path: `${await made(world, path, { name: 'Backup' })}/rotation` }
    },
  },
  createWebhook: {
    action: 'webhook_creation',
    hasSecret: true,
    prepare: async () => ({ path: '/v1/webhooks', body: newWebhook }),
  },
  rotateWebhookSecret: {
    action: 'webhook_secret_rotation',
    hasSecret: true,
    prepare: async (world) => ({ path: `${await made(world, '/v1/webhooks', newWebhook)}/secrets` }),
  },
}
