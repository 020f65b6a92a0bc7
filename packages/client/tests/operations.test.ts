import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createProxima, type Proxima } from '../src/index.ts'
import { factorCalls } from './support/factor-calls.ts'
import { operations } from './support/openapi.ts'
import { operationsWithoutMethod } from './support/operations-without-method.ts'
import { type Recorder, recorder } from './support/recorder.ts'

const id = '01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a10'
const second = '01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a11'

/** The method for each call of the API. TypeScript compares the arguments with the OpenAPI document. */
const calls: Readonly<Record<string, (proxima: Proxima, cookie: Proxima) => unknown>> = {
  register: ({ auth }) => auth.register({ username: 'amina' }),
  confirmRegistration: ({ auth }) =>
    auth.confirmRegistration({ identifier: 'a@example.com', code: '123456', password: 'secret' }),
  getAvailability: ({ auth }) => auth.availability({ username: 'amina' }),
  login: ({ auth }) => auth.login({ identifier: 'amina', password: 'secret' }),
  loginWithUserSecret: ({ auth }) => auth.loginWithUserSecret({ user_secret: 'secret' }),
  refresh: ({ session }) => session.refresh(),
  logout: ({ auth }) => auth.logout(),
  ...factorCalls,
  startMyTotp: ({ me }) => me.factors.startTotp(),
  confirmMyTotp: ({ me }) => me.factors.confirmTotp({ code: '123456' }),
  renameMyFactor: ({ me }) => me.factors.update(id, { name: 'Phone' }),
  removeMyFactor: ({ me }) => me.factors.remove(id),
  replaceMyRecoveryCodes: ({ me }) => me.factors.replaceRecoveryCodes(),
  requestSignInCode: ({ auth }) => auth.requestSignInCode({ identifier: 'amina' }),
  signInWithCode: ({ auth }) => auth.signInWithCode({ flow: 'flow', code: '123456' }),
  requestRecovery: ({ auth }) => auth.requestRecovery({ identifier: 'amina' }),
  verifyRecovery: ({ auth }) => auth.verifyRecovery({ identifier: 'amina', code: '123456' }),
  resetPassword: ({ auth }) => auth.resetPassword({ recovery_token: 'token', new_password: 'secret' }),
  checkReceipt: ({ auth }) => auth.deletion('pxd_receipt'),
  restore: ({ auth }) => auth.restore({ identifier: 'amina', password: 'secret' }),
  getMe: ({ me }) => me.get(),
  patchMe: ({ me }) => me.update({ full_name: 'Amina Odhiambo' }),
  deleteMe: ({ me }) => me.delete({ current_password: 'secret' }),
  changeMyPassword: ({ me }) => me.changePassword({ current_password: 'secret', new_password: 'other' }),
  renewMySecret: ({ me }) => me.renewSecret({ current_password: 'secret' }),
  changeMyUsername: ({ me }) => me.changeUsername({ username: 'amina' }),
  changeMyEmail: ({ me }) => me.changeEmail({ email: 'a@example.com' }),
  confirmMyEmail: ({ me }) => me.confirmEmail({ code: '123456' }),
  changeMyPhoneNumber: ({ me }) => me.changePhoneNumber({ phone_number: '+254712345678' }),
  confirmMyPhoneNumber: ({ me }) => me.confirmPhoneNumber({ code: '123456' }),
  requestVerification: ({ me }) => me.requestVerification({ channel: 'email' }),
  confirmVerification: ({ me }) => me.confirmVerification({ channel: 'email', code: '123456' }),
  issueMyAccessToken: (_, { session }) => session.accessToken(),
  exportMe: ({ me }) => me.export(),
  listMySessions: ({ me }) => me.sessions.list({ limit: 5 }).page('cursor'),
  endMyOtherSessions: ({ me }) => me.sessions.endOthers(),
  endMySession: ({ me }) => me.sessions.end(id),
  getProfile: ({ me }) => me.profile.get(),
  patchProfile: ({ me }) => me.profile.update({ country: 'KE', social_links: { github: null } }),
  getProfileImage: ({ me }) => me.profile.image({ size: '64' }),
  putProfileImage: ({ me }) => me.profile.setImage(new Blob(['image'], { type: 'image/png' })),
  deleteProfileImage: ({ me }) => me.profile.deleteImage(),
  listMyApiKeys: ({ me }) => me.apiKeys.list().page(),
  createMyApiKey: ({ me }) => me.apiKeys.create({ name: 'Backup', permissions: [] }),
  rotateMyApiKey: ({ me }) => me.apiKeys.rotate(id),
  patchMyApiKey: ({ me }) => me.apiKeys.update(id, { name: 'Backup' }),
  revokeMyApiKey: ({ me }) => me.apiKeys.revoke(id),
  listProviders: ({ auth }) => auth.providers(),
  listMyLinkedAccounts: ({ me }) => me.linkedAccounts.list(),
  removeMyLinkedAccount: ({ me }) => me.linkedAccounts.remove(id),
  listMyConsents: ({ me }) => me.consents.list().page(),
  revokeMyConsent: ({ me }) => me.consents.revoke(id),
  listUsers: ({ users }) =>
    users.list({ q: 'ami', role: 'user', status: 'active', verified: true, sort: 'created_at' }).page(),
  createUser: ({ users }) => users.create({ username: 'amina' }),
  exportUsers: ({ users }) => users.exportCsv({ status: 'active' }),
  getUser: ({ users }) => users.get(id),
  patchUser: ({ users }) => users.update(id, { username: 'amina' }),
  deleteUser: ({ users }) => users.delete(id, { immediately: true }),
  restoreUser: ({ users }) => users.restore(id),
  suspendUser: ({ users }) => users.suspend(id, { reason: 'spam' }),
  liftSuspension: ({ users }) => users.liftSuspension(id),
  startRecovery: ({ users }) => users.startRecovery(id),
  startVerification: ({ users }) => users.startVerification(id, { channel: 'email' }),
  inviteUser: ({ users }) => users.invite(id),
  assignRoles: ({ users }) => users.setRoles(id, { roles: ['user'] }),
  listUserSessions: ({ users }) => users.sessions(id).page(),
  endUserSessions: ({ users }) => users.endSessions(id),
  endUserSession: ({ users }) => users.endSession(id, second),
  listUserFactors: ({ users }) => users.factors(id),
  resetUserFactors: ({ users }) => users.resetFactors(id, { reason: 'Ticket 4712' }),
  startFactorRecovery: ({ users }) => users.startFactorRecovery(id, { reason: 'Ticket 4712' }),
  listUserApiKeys: ({ users }) => users.apiKeys(id).page(),
  revokeUserApiKey: ({ users }) => users.revokeApiKey(id, second),
  mergeUsers: ({ users }) => users.merge(id, { source_id: second, dry_run: true }),
  createUserJob: ({ userJobs }) => userJobs.create({ action: 'suspend', user_ids: [id] }),
  getUserJob: ({ userJobs }) => userJobs.get(id),
  listUserJobItems: ({ userJobs }) => userJobs.items(id, { outcome: 'skipped' }).page(),
  listRoles: ({ roles }) => roles.list().page(),
  createRole: ({ roles }) => roles.create({ name: 'support', permissions: [] }),
  getRole: ({ roles }) => roles.get('support'),
  patchRole: ({ roles }) => roles.update('support', { permissions: [] }),
  deleteRole: ({ roles }) => roles.delete('support'),
  listClients: ({ clients }) => clients.list().page(),
  createClient: ({ clients }) => clients.create({ client_name: 'Moments' }),
  getClient: ({ clients }) => clients.get(id),
  updateClient: ({ clients }) => clients.update(id, { client_name: 'Moments' }),
  deleteClient: ({ clients }) => clients.delete(id),
  addClientSecret: ({ clients }) => clients.addSecret(id),
  deleteClientSecret: ({ clients }) => clients.deleteSecret(id, second),
  listServiceAccounts: ({ serviceAccounts }) => serviceAccounts.list().page(),
  createServiceAccount: ({ serviceAccounts }) => serviceAccounts.create({ name: 'Backup' }),
  getServiceAccount: ({ serviceAccounts }) => serviceAccounts.get(id),
  patchServiceAccount: ({ serviceAccounts }) => serviceAccounts.update(id, { name: 'Backup' }),
  listServiceAccountApiKeys: ({ serviceAccounts }) => serviceAccounts.apiKeys(id).list().page(),
  createServiceAccountApiKey: ({ serviceAccounts }) =>
    serviceAccounts.apiKeys(id).create({ name: 'Backup', permissions: [] }),
  rotateServiceAccountApiKey: ({ serviceAccounts }) => serviceAccounts.apiKeys(id).rotate(second),
  patchServiceAccountApiKey: ({ serviceAccounts }) =>
    serviceAccounts.apiKeys(id).update(second, { name: 'Backup' }),
  revokeServiceAccountApiKey: ({ serviceAccounts }) => serviceAccounts.apiKeys(id).revoke(second),
  listWebhooks: ({ webhooks }) => webhooks.list().page(),
  createWebhook: ({ webhooks }) =>
    webhooks.create({ url: 'https://example.com/hook', event_types: ['user.created'] }),
  getWebhook: ({ webhooks }) => webhooks.get(id),
  changeWebhook: ({ webhooks }) => webhooks.update(id, { description: 'Shop' }),
  deleteWebhook: ({ webhooks }) => webhooks.delete(id),
  rotateWebhookSecret: ({ webhooks }) => webhooks.rotateSecret(id),
  listWebhookDeliveries: ({ webhooks }) => webhooks.deliveries(id, { status: 'dead' }).page(),
  pingWebhook: ({ webhooks }) => webhooks.ping(id),
  replayWebhook: ({ webhooks }) => webhooks.replay(id),
  listMyPermissions: ({ me }) => me.permissions(),
  stopImpersonation: ({ me }) => me.stopImpersonation(),
  startImpersonation: ({ users }) => users.impersonate(id, { reason: 'Ticket 4711' }),
  countUsers: ({ users }) => users.count({ role: 'support' }),
  getAuditEvent: ({ auditEvents }) => auditEvents.get(id),
  listMessages: ({ messages }) => messages.list({ state: 'given_up' }).page(),
  retryMessage: ({ messages }) => messages.retry(id),
  listSettings: ({ deployment }) => deployment.settings(),
  listFindings: ({ deployment }) => deployment.findings(),
  getChecklist: ({ deployment }) => deployment.checklist(),
  getStatistics: ({ statistics }) => statistics.get({ interval: 'hour' }),
  listAuditEvents: ({ auditEvents }) => auditEvents.list({ action: 'sign_in' }).page(),
}

/** Methods that are no call of their own. */
const ownMethods = ['session.onChange', 'session.load', 'close', 'me.exportZip']

/** An answer from which every method finds what it reads. */
const answer = {
  access_token: 'access',
  refresh_token: 'pxr_refresh',
  expires_in: 900,
  session_id: id,
  user: { id },
  id,
  data: [],
  next_cursor: null,
}

/** A client that is signed in, of a server that answers everything. */
async function signedIn(): Promise<{ proxima: Proxima; cookie: Proxima; sent: Recorder }> {
  const sent = recorder(async () => Response.json(answer))
  const options = { url: 'https://accounts.example.org', fetch: sent.fetch }
  const proxima = createProxima(options)
  await proxima.auth.login({ identifier: 'amina', password: 'secret' })
  sent.requests.length = 0
  return { proxima, cookie: createProxima({ ...options, mode: 'cookie' }), sent }
}

describe('the methods of the client', () => {
  it('are one for each call of the API, apart from those with a reason', () => {
    const expected = operations.map((operation) => operation.id).sort()
    expect([...Object.keys(calls), ...Object.keys(operationsWithoutMethod)].sort()).toEqual(expected)
  })

  it.each(operations.filter((operation) => operation.id in calls))(
    '$id is sent as documented',
    async (operation) => {
      const { proxima, cookie, sent } = await signedIn()
      await calls[operation.id]?.(proxima, cookie)
      expect(sent.requests).toHaveLength(1)
      const [{ method, path, query, headers, body, credentials } = expect.fail('nothing was sent')] =
        sent.requests
      expect(method).toBe(operation.method)
      expect(path).toMatch(new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`))
      expect(operation.queryNames).toEqual(expect.arrayContaining([...query.keys()]))
      expect(headers.has('idempotency-key')).toBe(operation.takesKey)
      // The refresh token stands for the session, also if the access token has expired. The cookie is sent by the browser.
      const needsBearer =
        operation.needsCredential && !['logout', 'issueMyAccessToken'].includes(operation.id)
      expect(headers.has('authorization')).toBe(needsBearer)
      // Never a cookie beside a token: it may be of another user.
      expect(credentials).toBe(operation.id === 'issueMyAccessToken' ? 'same-origin' : 'omit')
      const type = headers.get('content-type')?.replace('image/png', 'image/*')
      if (body === null) expect(type).toBeUndefined()
      else expect(operation.bodyTypes).toContain(type)
    },
  )

  it('are all in this list', () => {
    const { close: _, ...names } = createProxima({ url: '' })
    const source = Object.values(calls).map(String).join('\n')
    const isTried = (name: string) => new RegExp(`\\b${RegExp.escape(name)}\\b`).test(source)
    const tried = methodsOf(names).filter((name) => !ownMethods.includes(name))
    expect(tried.length).toBeGreaterThan(80)
    expect(tried.filter((name) => !isTried(name))).toEqual([])
  })
})

function methodsOf(object: object, prefix = ''): string[] {
  return Object.entries(object).flatMap(([name, value]: [string, unknown]) => {
    if (typeof value === 'function') return [prefix + name]
    return typeof value === 'object' && value !== null ? methodsOf(value, `${prefix}${name}.`) : []
  })
}

const folder = join(import.meta.dirname, '../src/api')
/** The keys of two kinds of accounts share their methods. */
const bases = {
  base: ['/v1/me/api-keys', '/v1/service-accounts/{}/api-keys'],
  image: ['/v1/me/profile/image'],
}

interface Typed {
  readonly method: string
  readonly path: string
  readonly answer: string
  readonly body: string | null
}

/** The types that the sources give to each call: `(body: B, …) => call<A>('METHOD', path`. */
function typedCalls(): Typed[] {
  const method = /: (?:async )?\((?<given>[^()]*)\)(?:: \S+)? =>\s*(?:\{\s*const receipt = await )?/
  const single = /call<(?<answer>[^>]+)>\(\s*'(?<verb>\w+)',\s*(?<path>[^,)]+)/
  const list = /listOf<(?<item>\w+)>\(\s*call,\s*(?<listPath>[^,]+)/
  const pattern = new RegExp(`${method.source}(?:${single.source}|${list.source})`, 'g')
  const sources = globSync('*.ts', { cwd: folder }).map((name) => readFileSync(join(folder, name), 'utf8'))
  return [...sources.join('\n').matchAll(pattern)].flatMap(({ groups = {} }) => {
    const body = /\bbody\??: (\w+)/.exec(groups['given'] ?? '')?.[1] ?? null
    const answered = groups['answer'] ?? `${groups['item']}Page`
    const verb = groups['verb'] ?? 'GET'
    return pathsOf(groups['path'] ?? groups['listPath'] ?? '').map((path) => ({
      method: verb,
      path,
      answer: answered,
      body,
    }))
  })
}

/** The addresses that an expression stands for. */
function pathsOf(expression: string): string[] {
  const [, base = '', text = ''] =
    /^(base|image)?(?: \+ )?(?:path)?[`']?([^`']*)/.exec(expression.trim()) ?? []
  const prefixes: readonly string[] = bases[base as keyof typeof bases] ?? ['']
  return prefixes.map((prefix) => prefix + text.replaceAll(/\$\{\w+\}/g, '{}'))
}

describe('the types of the methods', () => {
  const typed = typedCalls()
  const signsIn = [
    'login',
    'loginWithUserSecret',
    'signInWithCode',
    'loginWithPasskey',
    'finishSignIn',
    'recoverFactor',
    'restore',
    'refresh',
    'logout',
    'issueMyAccessToken',
  ]

  it.each(operations.filter(({ id: name }) => name in calls && !signsIn.includes(name)))(
    'of $id are those of the OpenAPI document',
    ({ id: name, method, path, answers, body }) => {
      const template = path.replaceAll(/\{\w+\}/g, '{}')
      const found = typed.filter((each) => each.method === method && each.path === template)
      // The export has two methods: one for JSON, and one for the ZIP file.
      const types = found
        .flatMap((each) => each.answer.split(' | '))
        .map((type) => type.replace('undefined', 'void'))
      expect([...types].sort(), name).toEqual([...answers].sort())
      // A body that is no JSON has no schema.
      if (body !== 'Blob') expect(found[0]?.body ?? null, name).toBe(body)
    },
  )
})
