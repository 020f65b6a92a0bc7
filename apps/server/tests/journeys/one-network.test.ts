import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { resendSeconds } from '../../src/features/authenticators/codes/model.ts'
import { subjectPerHourMax } from '../../src/features/messages/caps/model.ts'
import { ClientLimiter } from '../../src/features/safeguards/rate-limits/clients/service.ts'
import { guessPolicies } from '../../src/features/safeguards/rate-limits/guesses/model.ts'
import { type AccountId, newId } from '../../src/platform/kernel/ids.ts'
import { Places } from '../../src/platform/kernel/places.ts'
import { clientKeyUses, shown, uses } from '../support/client-key-uses.ts'
import { type DeletionServer, daySeconds, startDeletionServer } from '../support/deletion-server.ts'
import { engines } from '../support/engines.ts'
import { jpeg } from '../support/hostile-images.ts'
import { password } from '../support/password.ts'
import { imagePath } from '../support/pictures.ts'
import { makeAdministrator } from '../support/roles.ts'
import { type Answer, TestClient } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const { freeGuesses } = guessPolicies.password

it('I13: every use of the key of a client or a network is tested with two addresses of one network', () => {
  expect(Object.keys(uses).sort()).toEqual(clientKeyUses())
})

const network = '2001:db8:1'
const addresses = { one: `${network}:2::a`, other: `${network}:2:ffff::b`, neighbour: `${network}:3::a` }
const far = '198.51.100.9'
const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })
const env = {
  PROXIMA_LIMITS: 'on',
  PROXIMA_TRUSTED_PROXIES: '127.0.0.1',
  PROXIMA_PUBLIC_URL: 'https://id.example.org',
  PROXIMA_MAIL_PER_HOUR: '30',
}

/** Records who asks for a place, and by which key a quota is used. */
function watch() {
  return {
    places: [vi.spyOn(Places.prototype, 'take'), vi.spyOn(Places.prototype, 'hasRoom')],
    quotas: vi.spyOn(ClientLimiter.prototype, 'take'),
  } as const
}

describe.each(engines)('addresses of one IPv6 network, on $name', (engine) => {
  let server: DeletionServer
  /** Other nodes on the same database: one with strict privacy, and one whose hashes cost more. */
  let strict: TestServer
  let dearer: TestServer
  let watched: ReturnType<typeof watch>
  beforeAll(async () => {
    watched = watch()
    server = await startDeletionServer(engine, { env })
    const { databaseUrl, clock } = server
    const start = (settings: Record<string, string>) =>
      startTestServer(engine, { databaseUrl, clock, env: { ...env, ...settings } })
    strict = await start({ PROXIMA_PRIVACY: 'strict' })
    dearer = await start({ PROXIMA_PASSWORD_ITERATIONS: '3' })
  })
  afterAll(async () => {
    vi.restoreAllMocks()
    await strict?.close()
    await dearer?.close()
    await server?.close()
  })

  const post = (path: string, body: object, address: string, node: TestServer = server) =>
    node.client.post(path, body, from(address))
  const login = (username: string, given: string, address: string) =>
    post('/v1/auth/login', { username, password: given }, address)
  it(`I13: ${shown.routes}`, async () => {
    const ask = (address: string) =>
      server.client.get('/v1/auth/availability?username=nobody-here', from(address))
    for (let index = 0; index < 60; index++)
      expect((await ask(`2001:db8:5:6::${index.toString(16)}`)).status).toBe(200)
    expect((await ask('2001:db8:5:6:ffff::1')).status).toBe(429)
    expect((await ask('2001:db8:5:7::1')).status).toBe(200)
  })

  it(`I13: ${shown.refund}`, async () => {
    const { body } = await post('/v1/auth/register', { username: 'refunded' }, far)
    const right = (address: string) => post('/v1/auth/token', { user_secret: body.user_secret }, address)
    const left = async () => {
      const { headers } = await post('/v1/auth/token', { user_secret: 'pxu_x' }, '2001:db8:6:1::a')
      return Number(/;r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1])
    }
    const before = await left()
    for (let index = 1; index <= 5; index++) await right(`2001:db8:6:1::${index}`)
    expect(await left()).toBe(before - 1)
  })

  it(`A42: ${shown.guesses}`, async () => {
    await post('/v1/auth/register', { username: 'sixty', password }, far)
    expect((await login('sixty', password, addresses.one)).status).toBe(200)
    for (let guess = 0; guess < freeGuesses; guess++) await login('sixty', 'wrong', far)
    expect((await login('sixty', password, far)).status).toBe(429)
    expect((await login('sixty', password, addresses.neighbour)).status).toBe(429)
    expect((await login('sixty', password, addresses.other)).status).toBe(200)
  })

  it(`A38: ${shown.reauthentication}`, async () => {
    await post('/v1/auth/register', { username: 'confirming', password }, far)
    const { body } = await login('confirming', password, addresses.one)
    const confirm = (given: string, address: string) =>
      server.client.put(
        '/v1/me/username',
        { username: 'confirmed', current_password: given },
        { token: String(body.access_token), ...from(address) },
      )
    for (let guess = 0; guess < freeGuesses; guess++) await confirm('wrong', far)
    expect((await confirm(password, far)).status).toBe(429)
    expect((await confirm(password, addresses.other)).status).toBe(200)
  })

  it(`A88: ${shown.recovery}`, async () => {
    const email = 'asking@example.com'
    await post('/v1/auth/register', { username: 'asking', email, password }, far)
    expect((await login('asking', password, addresses.one)).status).toBe(200)
    // All requests are of one hour.
    server.clock.advance((3_600_000 - (server.clock.now().getTime() % 3_600_000)) / 1_000)
    const sentAfter = async (address: string) => {
      server.clock.advance(resendSeconds)
      await post('/v1/auth/recovery', { identifier: email }, address)
      const mails = await server.services.outbox.listOpen(1_000)
      return mails.filter(({ content }) => content?.to === email).length
    }
    for (let sent = 1; sent <= subjectPerHourMax; sent++) expect(await sentAfter(far)).toBe(sent)
    expect(await sentAfter(addresses.neighbour)).toBe(subjectPerHourMax)
    expect(await sentAfter(addresses.other)).toBe(subjectPerHourMax + 1)
  })

  it(`I13: ${shown.key}`, async () => {
    const register = (address: string) =>
      server.client.post(
        '/v1/auth/register',
        { username: 'order', password },
        { headers: { 'idempotency-key': 'order-1', ...from(address).headers } },
      )
    const first = await register(addresses.one)
    expect(first.status).toBe(201)
    expect((await register(addresses.other)).body).toEqual(first.body)
    expect((await register(addresses.neighbour)).status).toBe(409)
  })

  it(`A33: ${shown.erasure}`, async () => {
    const { db } = server.services
    const clients = async () => (await db.selectFrom('known_clients').selectAll().execute()).length
    const before = await clients()
    await post('/v1/auth/register', { username: 'leaving', password }, far)
    const { body } = await login('leaving', password, addresses.one)
    expect(await clients()).toBe(before + 1)
    await server.deleteMe(String(body.access_token), { current_password: password })
    server.clock.advance(7 * daySeconds)
    await server.purge()
    expect(await clients()).toBe(before)
  })

  it(`A89: ${shown.messages}`, async () => {
    const withheld = async () =>
      (await server.services.outbox.listOpen(1_000))
        .filter(({ error }) => error !== null)
        .map(({ error }) => error)
    const register = async (name: string, address: string) =>
      await post('/v1/auth/register', { email: `${name}@example.com`, password }, address, strict)
    const before = await withheld()
    for (let index = 1; index <= 3; index++) await register(`caller${index}`, `2001:db8:8:1::${index}`)
    expect(await withheld()).toEqual(before)
    await register('caller4', '2001:db8:8:1:ffff::4')
    expect((await withheld()).length).toBe(before.length + 1)
    // Three of the network have had a message, and seven may.
    for (let index = 2; index <= 5; index++) await register(`network${index}`, `2001:db8:8:${index}::1`)
    expect((await withheld()).length).toBe(before.length + 1)
    await register('network6', '2001:db8:8:6::1')
    expect((await withheld()).length).toBe(before.length + 2)
    await register('elsewhere', '2001:db8:9:1::1')
    expect((await withheld()).length).toBe(before.length + 2)
  })

  it(`A122: ${shown.notice}`, async () => {
    const account = { username: 'noticed', email: 'noticed@example.com', password }
    await post('/v1/auth/register', account, far)
    const { body } = await login('noticed', password, far)
    await server.client.put(
      '/v1/me/password',
      { current_password: password, new_password: `${password} 2` },
      { token: String(body.access_token), ...from('2001:db8:c:d::e') },
    )
    const mails = await server.services.outbox.listOpen(1_000)
    const notice = mails.find(({ content }) => content?.to === 'noticed@example.com')
    expect(notice?.content?.text).toContain('Network: 2001:db8:c::/48')
    expect(notice?.content?.text).not.toContain('2001:db8:c:d')
  })

  /** A call of a new administrator. */
  async function administrate(
    path: string,
    body: object,
    { address, username }: { readonly address: string; readonly username: string },
  ): Promise<Answer> {
    const { body: account } = await post('/v1/auth/register', { username }, address)
    await makeAdministrator(server, account.id as AccountId)
    const { body: signIn } = await post('/v1/auth/token', { user_secret: account.user_secret }, address)
    const headers = { 'idempotency-key': crypto.randomUUID(), ...from(address).headers }
    return await server.client.post(path, body, { token: signIn.access_token, headers })
  }

  /** Calls that wait for a place. Each gets an address and a name that no one has. */
  const acts: Record<string, (address: string, name: string) => Promise<Answer>> = {
    'a registration': (address, username) => post('/v1/auth/register', { username, password }, address),
    'a registration with an Idempotency-Key': (address, username) =>
      server.client.post(
        '/v1/auth/register',
        { username },
        { headers: { 'idempotency-key': crypto.randomUUID(), ...from(address).headers } },
      ),
    'a registration with strict privacy': (address, username) =>
      post('/v1/auth/register', { username, password }, address, strict),
    'a wrong password': (address) => login('nobody', 'wrong', address),
    'a right password, which is hashed again': async (address, username) => {
      await post('/v1/auth/register', { username, password }, address)
      return await post('/v1/auth/login', { username, password }, address, dearer)
    },
    'a new password': async (address, username) => {
      await post('/v1/auth/register', { username, password }, address)
      const { body } = await login(username, password, address)
      const change = { current_password: password, new_password: `${password} 2` }
      return await server.client.put('/v1/me/password', change, {
        token: body.access_token,
        ...from(address),
      })
    },
    'a new role': (address, username) =>
      administrate('/v1/roles', { name: username.toLowerCase() }, { address, username }),
    'a new client': (address, username) =>
      administrate('/v1/clients', { client_name: username }, { address, username }),
    'a new webhook': (address, username) =>
      administrate('/v1/webhooks', { url: 'https://app.invalid/' }, { address, username }),
    'a new job': (address, username) =>
      administrate('/v1/user-jobs', { action: 'lift', user_ids: [newId()] }, { address, username }),
    'an accepted invitation': async (address, username) => {
      const email = `${username}@example.com`
      await administrate('/v1/users', { email, invite: true }, { address: far, username })
      const mails = await server.services.outbox.listOpen(1_000)
      const { text = '' } = mails.find(({ content }) => content?.to === email)?.content ?? {}
      const token = /pxl_[\w-]{43}/.exec(text)?.[0] ?? ''
      const form = new URLSearchParams({ token, password })
      const headers = { 'content-type': 'application/x-www-form-urlencoded', ...from(address).headers }
      // The OpenAPI document describes no pages.
      return await new TestClient(server.url).send('POST', '/invitation', form.toString(), { headers })
    },
    'a new secret': async (address, username) => {
      const { body } = await post('/v1/auth/register', { username }, address)
      const signIn = await post('/v1/auth/token', { user_secret: body.user_secret }, address)
      const headers = { 'idempotency-key': crypto.randomUUID(), ...from(address).headers }
      return await server.client.post('/v1/me/secret', {}, { token: signIn.body.access_token, headers })
    },
    'an API key': async (address, username) => {
      const { body } = await post('/v1/auth/register', { username }, address)
      const signIn = await post('/v1/auth/token', { user_secret: body.user_secret }, address)
      const headers = { 'idempotency-key': crypto.randomUUID(), ...from(address).headers }
      const { access_token: token } = signIn.body
      return await server.client.post('/v1/me/api-keys', { name: 'x' }, { token, headers })
    },
    'a picture': async (address, username) => {
      const { body } = await post('/v1/auth/register', { username }, address)
      const signIn = await post('/v1/auth/token', { user_secret: body.user_secret }, address)
      const headers = { 'content-type': 'image/jpeg', ...from(address).headers }
      return await server.client.send('PUT', imagePath, jpeg, { token: signIn.body.access_token, headers })
    },
  }

  /** These acts hash nothing and decode nothing. */
  const withoutPlaces = [
    'a registration with an Idempotency-Key',
    'a new role',
    'a new client',
    'a new webhook',
    'a new job',
    'a new secret',
    'an API key',
  ]

  it.each(Object.keys(acts))(`I13: ${shown.places}: %s`, async (name) => {
    for (const [index, address] of Object.values(addresses).entries()) {
      const client = address === addresses.neighbour ? `${network}:3::/64` : `${network}:2::/64`
      vi.clearAllMocks()
      const answer = await acts[name]?.(address, `${name.replaceAll(/\W/g, '')}${index}`.slice(-20))
      expect(answer?.status, answer?.text).toBeLessThan(402)
      const clients = watched.places.flatMap(({ mock }) => mock.calls.map(([holder]) => holder.client))
      expect(new Set(clients)).toEqual(new Set(withoutPlaces.includes(name) ? [] : [client]))
      const counted = watched.quotas.mock.calls.map(([policy, key]) => [policy.name, key] as const)
      const byAddress = counted.filter(([, key]) => key.includes(network))
      const expected = byAddress.map(([quota]) => [
        quota,
        quota.endsWith('-network') ? `${network}::/48` : client,
      ])
      expect(byAddress.length).toBeGreaterThan(1)
      expect(byAddress).toEqual(expected)
    }
  })
})
