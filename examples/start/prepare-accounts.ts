import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { AccountsApi } from './accounts-api.ts'
import type { CredentialsFile } from './credentials-file.ts'
import { type ProximaPlace, proximaCommand, proximaUrl } from './proxima.ts'

/** What a service needs to work with Proxima. */
export interface Credentials {
  readonly administrator: { readonly username: string; readonly password: string }
  /** Allows `tokens:introspect`: to follow revocations, and to ask about session codes and API keys. */
  readonly apiKey: string
  readonly webhookSecret: string
}

export interface Needs {
  /** The name of the service. */
  readonly name: string
  readonly webhook: { readonly url: string; readonly eventTypes: readonly string[] }
  /** Roles of the service's own, with their permissions. */
  readonly roles?: Readonly<Record<string, readonly string[]>> | undefined
}

/** The role of the service account, which may do nothing but ask about tokens. */
const guardRole = 'guard'

/** Makes what is missing, and saves it for the next start. An operator does the same once, in the same order. */
export async function prepareAccounts(
  place: ProximaPlace,
  file: CredentialsFile,
  needs: Needs,
): Promise<Credentials> {
  const administrator = chooseAdministrator(file)
  const api = await signIn(place, administrator)
  const roles = { [guardRole]: ['tokens:introspect'], ...needs.roles }
  for (const [name, permissions] of Object.entries(roles)) await makeRole(api, name, permissions)
  const apiKey = await makeApiKey(api, file, { name: needs.name, url: proximaUrl(place) })
  const webhookSecret = await makeWebhook(api, file, needs.webhook)
  // Guards refuse tokens from the second in which the roles of their owner changed, and the reader signs in next.
  await sleep(1_000)
  return { administrator, apiKey, webhookSecret }
}

function chooseAdministrator(file: CredentialsFile): Credentials['administrator'] {
  const { administrator = { username: 'amina', password: randomBytes(18).toString('base64url') } } =
    file.read()
  file.add({ administrator })
  return administrator
}

async function signIn(
  place: ProximaPlace,
  administrator: Credentials['administrator'],
): Promise<AccountsApi> {
  const url = proximaUrl(place)
  const anyone = new AccountsApi(url)
  if ((await anyone.call('POST', '/v1/auth/login', administrator)).status === 401) {
    const create = ['users', 'create', '--username', administrator.username, '--role', 'admin']
    await proximaCommand(place, create, administrator.password)
  }
  const { access_token: token = '' } = await anyone.do('POST', '/v1/auth/login', administrator)
  return new AccountsApi(url, token)
}

async function makeRole(api: AccountsApi, name: string, permissions: readonly string[]): Promise<void> {
  const { status } = await api.call('GET', `/v1/roles/${name}`)
  if (status === 404) await api.do('POST', '/v1/roles', { name, permissions })
}

async function makeApiKey(
  api: AccountsApi,
  file: CredentialsFile,
  { name, url }: { readonly name: string; readonly url: string },
): Promise<string> {
  const { apiKey, serviceAccountId } = file.read()
  // A key works for 90 days.
  if (apiKey !== undefined && (await works(apiKey, url))) return apiKey
  const id = serviceAccountId ?? (await makeServiceAccount(api, file, name))
  const body = { name, permissions: ['tokens:introspect'] }
  const { key = '' } = await api.do('POST', `/v1/service-accounts/${id}/api-keys`, body)
  file.add({ apiKey: key })
  return key
}

async function works(apiKey: string, url: string): Promise<boolean> {
  return (await new AccountsApi(url, apiKey).call('GET', '/v1/me')).status === 200
}

async function makeServiceAccount(api: AccountsApi, file: CredentialsFile, name: string): Promise<string> {
  const { id = '' } = await api.do('POST', '/v1/service-accounts', { name })
  await api.do('PUT', `/v1/users/${id}/roles`, { roles: [guardRole] })
  file.add({ serviceAccountId: id })
  return id
}

async function makeWebhook(
  api: AccountsApi,
  file: CredentialsFile,
  webhook: Needs['webhook'],
): Promise<string> {
  const settings = { url: webhook.url, event_types: webhook.eventTypes }
  const { webhookId, webhookSecret } = file.read()
  if (webhookId !== undefined && webhookSecret !== undefined) {
    // The service may listen on another port than last time.
    await api.do('PATCH', `/v1/webhooks/${webhookId}`, { ...settings, status: 'enabled' })
    return webhookSecret
  }
  const { id = '', secret = '' } = await api.do('POST', '/v1/webhooks', settings)
  file.add({ webhookId: id, webhookSecret: secret })
  return secret
}
