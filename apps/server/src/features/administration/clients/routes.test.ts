import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../../../../tests/support/audit-events.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import {
  basic,
  type ClientAnswer,
  newClient,
  newSigningKey,
  postForm,
} from '../../../../tests/support/oauth.ts'
import { password } from '../../../../tests/support/password.ts'
import { newAdministrator } from '../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { type AccountId, newId } from '../../../platform/kernel/ids.ts'
import { exampleApplication } from './applications/schema.ts'

const secretForm = /^pxc_[0-9A-Za-z]{36}$/

describe.each(engines)('administering clients on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let admin: string
  beforeAll(async () => {
    server = await startTestServer(engine, { clock: FrozenClock.atWholeSecond() })
    services = openServices(server)
    admin = (await newAdministrator(server.client, services)).token
    await newRole('reader', ['users:read', 'audit:read'])
    await newRole('keeper', ['clients:read', 'clients:write', 'roles:write', 'users:read'])
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const newRole = async (name: string, permissions: readonly string[]) => {
    const { status } = await server.client.post('/v1/roles', { name, permissions }, { token: admin })
    expect(status).toBe(201)
  }
  const create = (
    fields: object,
    token = admin,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ClientAnswer> =>
    server.client.post('/v1/clients', { client_name: 'Reports', ...fields }, { token, headers })
  const call = (method: string, path: string, body?: object, token = admin): Promise<ClientAnswer> =>
    server.client.send(method, `/v1/clients${path}`, body && JSON.stringify(body), { token })
  const tokenStatus = async (id: string, secret: string) => {
    const authorization = basic({ id, secret })
    const form = { grant_type: 'client_credentials' }
    return (await postForm(server.client, '/oauth/token', form, { authorization })).status
  }
  /** Someone who has the role, and has just signed in. */
  const newKeeper = async (role: string): Promise<string> => {
    const username = `keeper-${newId().slice(-12)}`
    const { body } = await server.client.register({ username, password })
    await services.roleAssignment.add(body.id as AccountId, role)
    return String((await server.client.login({ username, password })).body.access_token)
  }

  it('creates a client for a service account with the given roles, and shows its secret once', async () => {
    const { status, headers, body } = await create({ roles: ['reader'] })
    expect(status).toBe(201)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toEqual({
      id: body.client_id,
      client_id: expect.any(String),
      client_name: 'Reports',
      grant_types: ['client_credentials'],
      scope: 'audit:read users:read',
      token_endpoint_auth_method: 'client_secret_basic',
      ...exampleApplication,
      jwks: null,
      service_account_id: expect.any(String),
      client_secret: expect.stringMatching(secretForm),
      created_at: server.clock.now().toISOString(),
      updated_at: server.clock.now().toISOString(),
    })
    const { client_secret: secret, ...rest } = body
    const shown = await call('GET', `/${body.id}`)
    expect(shown.body).toEqual({
      ...rest,
      secrets: [{ id: expect.any(String), created_at: body.created_at }],
    })
    expect(shown.text).not.toContain(secret)
    const account = await services.accounts.get(services.db, body.service_account_id)
    expect(account).toMatchObject({ kind: 'service', fullName: 'Reports' })
  })

  it('A85: keeps no secret, neither in the database nor in the log', async () => {
    const { client_secret: secret } = (await create({})).body
    for (const table of ['clients', 'client_secrets', 'audit_events', 'idempotency_keys'] as const) {
      const rows = await services.db.selectFrom(table).selectAll().execute()
      expect(JSON.stringify(rows)).not.toContain(secret)
    }
    expect(server.log.join('')).not.toContain(secret)
  })

  it('lists clients in pages, oldest first, and refuses a forged cursor', async () => {
    for (let count = 0; count < 3; count++) await create({ client_name: `Listed ${count}` })
    const names: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor === '' ? '?limit=2' : `?limit=2&cursor=${encodeURIComponent(cursor)}`
      const { body } = await call('GET', query)
      names.push(...body.data.map(({ client_name: name }) => name))
      cursor = body.next_cursor
    }
    expect(names.filter((name) => name.startsWith('Listed'))).toEqual(['Listed 0', 'Listed 1', 'Listed 2'])
    expect((await call('GET', '?cursor=x')).status).toBe(422)
  })

  it('A29, A33: shows nothing to others, and nothing for an id that does not exist', async () => {
    const { body } = await create({})
    const { token } = await server.client.signUp('amina', password)
    for (const path of ['', `/${body.id}`])
      expect((await call('GET', path, undefined, token)).status).toBe(403)
    expect((await call('DELETE', `/${body.id}`, undefined, token)).status).toBe(403)
    for (const id of [newId(), '0', 'x', '*', 'me', body.service_account_id]) {
      expect((await call('GET', `/${id}`)).status, id).toBe(404)
      expect((await call('DELETE', `/${id}`)).status, id).toBe(404)
      expect((await call('PATCH', `/${id}`, {})).status, id).toBe(404)
      expect((await call('POST', `/${id}/secrets`)).status, id).toBe(404)
      expect((await call('DELETE', `/${body.id}/secrets/${id}`)).status, id).toBe(404)
    }
  })

  it('needs a recent sign-in for every change', async () => {
    const { body } = await create({})
    const stale = (await newAdministrator(server.client, services)).token
    server.clock.advance(601)
    const calls = [
      create({}, stale),
      call('PATCH', `/${body.id}`, {}, stale),
      call('DELETE', `/${body.id}`, undefined, stale),
      call('POST', `/${body.id}/secrets`, undefined, stale),
      call('DELETE', `/${body.id}/secrets/${newId()}`, undefined, stale),
    ]
    for (const { status, body: problem } of await Promise.all(calls))
      expect([status, problem.code]).toEqual([403, 'step_up_required'])
    expect((await call('GET', '', undefined, stale)).status).toBe(200)
    admin = (await newAdministrator(server.client, services)).token
  })

  describe('I6: never gives more than the administrator holds', () => {
    it('to a new client', async () => {
      const keeper = await newKeeper('keeper')
      const refused = await create({ roles: ['reader'] }, keeper)
      expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('"audit:read"')])
      expect((await create({ roles: ['admin'] }, keeper)).status).toBe(403)
      const others = { grant_types: ['password'], scope: 'audit:read' }
      expect((await create(others, keeper)).status).toBe(403)
      expect((await create({ roles: ['keeper'] }, keeper)).status).toBe(201)
    })

    it('to a client of someone who may do more, in any way', async () => {
      const { body } = await create({ roles: ['reader'] })
      const keeper = await newKeeper('keeper')
      const [secret] = (await call('GET', `/${body.id}`)).body.secrets
      const calls = [
        call('PATCH', `/${body.id}`, { client_name: 'Mine' }, keeper),
        call('PATCH', `/${body.id}`, { scope: '' }, keeper),
        call('DELETE', `/${body.id}`, undefined, keeper),
        call('POST', `/${body.id}/secrets`, undefined, keeper),
        call('DELETE', `/${body.id}/secrets/${secret?.id}`, undefined, keeper),
      ]
      for (const { status, body: problem } of await Promise.all(calls))
        expect([status, problem.code]).toEqual([403, 'forbidden'])
    })

    it('to a client whose account has since got another role', async () => {
      const keeper = await newKeeper('keeper')
      const { body } = await create({ roles: ['keeper'] }, keeper)
      await services.roleAssignment.add(body.service_account_id, 'reader')
      expect((await call('POST', `/${body.id}/secrets`, undefined, keeper)).status).toBe(403)
    })
  })

  it('refuses a scope that the roles do not give, and roles that do not exist', async () => {
    const wide = await create({ roles: ['reader'], scope: 'users:read clients:write' })
    expect([wide.status, wide.body.errors[0]?.pointer]).toEqual([422, '/scope'])
    const narrow = await create({ roles: ['reader'], scope: 'users:read' })
    expect([narrow.status, narrow.body.scope]).toEqual([201, 'users:read'])
    const change = await call('PATCH', `/${narrow.body.id}`, { scope: 'clients:write' })
    expect([change.status, change.body.errors[0]?.pointer]).toEqual([422, '/scope'])
    expect((await create({ roles: ['no-such-role'] })).status).toBe(422)
  })

  it.each([
    [{ client_name: '' }, '/client_name'],
    [{ client_name: '\u202eevil' }, '/client_name'],
    [{ grant_types: [] }, '/grant_types'],
    [{ grant_types: ['implicit'] }, '/grant_types/0'],
    [{ grant_types: ['refresh_token'] }, '/grant_types'],
    [{ token_endpoint_auth_method: 'none' }, '/token_endpoint_auth_method'],
    [{ token_endpoint_auth_method: 'tls_client_auth' }, '/token_endpoint_auth_method'],
    [{ token_endpoint_auth_method: 'private_key_jwt' }, '/jwks'],
    [{ jwks: { keys: [newSigningKey('ES256').jwk] } }, '/jwks'],
    [{ client_id: newId() }, '/client_id'],
    [{ client_secret: 'chosen' }, '/client_secret'],
    [{ service_account_id: newId() }, '/service_account_id'],
    [{ grant_types: ['password'], roles: ['user'] }, '/roles'],
  ])('refuses %j', async (fields, pointer) => {
    const { status, body } = await create(fields)
    expect(status).toBe(422)
    expect(body.errors.map((error) => error.pointer)).toContain(pointer)
  })

  it('A115: refuses addresses to which no one must be sent', async () => {
    const uris = [
      ...['javascript:alert(1)', 'data:text/html,x', 'http://app.example.org/', 'https://app.example.org/#x'],
      ...['https://user@app.example.org/', 'https://app.example.org\\@evil.example/', '/relative', ''],
      ...[
        'https://*.example.org/',
        'http://localhost.evil.example/',
        'https://app.example.org/ x',
        'com.app:/x',
      ],
    ]
    for (const uri of uris) expect((await create({ redirect_uris: [uri] })).status, uri).toBe(422)
    const good = ['https://app.example.org/cb?x=1', 'http://127.0.0.1:8080/cb', 'http://localhost/cb']
    const { status, body } = await create({ redirect_uris: good })
    expect([status, body.redirect_uris]).toEqual([201, good])
  })

  it('accepts only public keys that are strong, and shows no other member of them', async () => {
    const signing = (...keys: readonly object[]) =>
      create({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys } })
    const good = newSigningKey('ES256')
    const { status, body } = await signing({ ...good.jwk, x5t: 'x', x5c: ['x'] })
    expect([status, body.jwks.keys]).toEqual([201, [good.jwk]])
    expect(body.client_secret).toBeNull()
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey.export({ format: 'jwk' })
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' })
    const { kid: _, ...unnamed } = good.jwk
    for (const keys of [
      [privateKey.export({ format: 'jwk' })],
      [{ kty: 'oct', k: 'c2VjcmV0' }],
      [weak],
      [other],
      [{ ...good.jwk, use: 'enc' }],
      [{ ...good.jwk, alg: 'ES384' }],
      [{ ...good.jwk, x: 'AAAA' }],
      [good.jwk, good.jwk],
      [good.jwk, unnamed],
      [],
      [{}],
    ])
      expect((await signing(...keys)).status, JSON.stringify(keys)).toBe(422)
  })

  it('I2: deletes a client for good: nothing of it works, and its account is gone', async () => {
    const { body } = await create({ roles: ['reader'] })
    expect((await call('DELETE', `/${body.id}`)).status).toBe(204)
    expect((await call('GET', `/${body.id}`)).status).toBe(404)
    expect((await call('DELETE', `/${body.id}`)).status).toBe(404)
    expect(await tokenStatus(body.id, body.client_secret)).toBe(401)
    const account = await services.accounts.get(services.db, body.service_account_id)
    expect(account.status).toBe('deleted')
    const secrets = await services.db.selectFrom('client_secrets').selectAll().execute()
    expect(secrets.filter(({ client_id: id }) => id === body.id)).toEqual([])
  })

  it('creates one client for a request that is sent again, and answers the same', async () => {
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const fields = { client_name: 'Once' }
    const [one, two] = await Promise.all([create(fields, admin, headers), create(fields, admin, headers)])
    const again = await create(fields, admin, headers)
    const answers = [one, two, again].filter(({ status }) => status === 201)
    expect(answers.length).toBeGreaterThanOrEqual(2)
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect((await create({ client_name: 'Other' }, admin, headers)).status).toBe(422)
    const { body } = await call('GET', '?limit=100')
    const named = body.data.filter(({ client_name: name }) => name === 'Once')
    expect(named).toHaveLength(1)
  })

  it('records every change, without a secret', async () => {
    const made = await newClient(server.client, admin, { roles: ['reader'] })
    await call('PATCH', `/${made.id}`, { scope: 'users:read' })
    const { id } = (await call('POST', `/${made.id}/secrets`)).body
    await call('DELETE', `/${made.id}/secrets/${id}`)
    await call('DELETE', `/${made.id}`)
    const events = (await readEvents(server.databaseUrl)).filter((each) => each.account_id === made.accountId)
    expect(events.map(({ action }) => action)).toEqual([
      'service_account_creation',
      'client_creation',
      'client_change',
      'client_secret_creation',
      'client_secret_deletion',
      'client_deletion',
    ])
  })
})
