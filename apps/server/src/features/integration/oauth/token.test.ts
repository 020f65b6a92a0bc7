import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../../../../tests/support/audit-events.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import {
  basic,
  newClient,
  type OAuthClient,
  type Parameters,
  postForm,
} from '../../../../tests/support/oauth.ts'
import { newAdministrator } from '../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

const issuer = 'https://id.example.org'
const grant = { grant_type: 'client_credentials' }

describe.each(engines)('the token of a client on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let admin: string
  let program: OAuthClient
  beforeAll(async () => {
    const env = { PROXIMA_PUBLIC_URL: issuer, PROXIMA_LIMITS: 'on' }
    server = await startTestServer(engine, { clock: FrozenClock.atWholeSecond(), env })
    services = openServices(server)
    admin = (await newAdministrator(server.client, services)).token
    await role('auditor', ['audit:read', 'users:read', 'moments:publish'])
    program = await newClient(server.client, admin, { roles: ['auditor'] })
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const role = async (name: string, permissions: readonly string[]) => {
    const { status } = await server.client.post('/v1/roles', { name, permissions }, { token: admin })
    expect(status).toBe(201)
  }
  const token = (parameters: Parameters, headers: Readonly<Record<string, string>> = {}) =>
    postForm(server.client, '/oauth/token', parameters, headers)
  const bySecret = (client: OAuthClient, parameters: object = {}) =>
    token({ ...grant, ...parameters }, { authorization: basic(client) })

  it('is given for its secret in the header, and says whom and what it is for', async () => {
    const { status, headers, body } = await bySecret(program)
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    const scope = 'audit:read moments:publish users:read'
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      scope,
    })
    expect(decodeProtectedHeader(body.access_token)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' })
    expect(decodeJwt(body.access_token)).toMatchObject({
      iss: issuer,
      aud: issuer,
      sub: program.accountId,
      client_id: program.id,
      scope,
      roles: ['auditor'],
      permissions: scope.split(' '),
    })
  })

  it('is given for its secret in the body too, whichever of the two ways the client has', async () => {
    const other = await newClient(server.client, admin, { token_endpoint_auth_method: 'client_secret_post' })
    for (const each of [program, other]) {
      const inBody = { client_id: each.id, client_secret: each.secret }
      expect((await token({ ...grant, ...inBody })).status).toBe(200)
      expect((await bySecret(each)).status).toBe(200)
    }
  })

  it('opens the endpoints of its permissions, and no others', async () => {
    const { body } = await bySecret(program)
    const call = (path: string) => server.client.get(path, { token: body.access_token })
    expect((await call('/v1/clients')).status).toBe(403)
    const auditor = await newClient(server.client, admin, { roles: ['admin'], scope: 'clients:read' })
    const narrow = (await bySecret(auditor)).body.access_token
    expect((await server.client.get('/v1/clients', { token: narrow })).status).toBe(200)
    expect((await server.client.get('/v1/roles', { token: narrow })).status).toBe(403)
  })

  it('has only the permissions that it asks for', async () => {
    const { body } = await bySecret(program, { scope: 'users:read' })
    expect(body.scope).toBe('users:read')
    expect(decodeJwt(body.access_token)).toMatchObject({ scope: 'users:read', permissions: ['users:read'] })
    const both = await bySecret(program, { scope: 'users:read audit:read users:read' })
    expect(both.body.scope).toBe('audit:read users:read')
  })

  it('I6: never has a permission that its account or its client lacks', async () => {
    for (const scope of ['clients:write', 'users:read clients:write', 'users', '*', 'Users:read', 'a"b', ' '])
      expect((await bySecret(program, { scope })).body, scope).toMatchObject({ error: 'invalid_scope' })
    const narrow = await newClient(server.client, admin, { roles: ['auditor'], scope: 'users:read' })
    expect((await bySecret(narrow)).body.scope).toBe('users:read')
    expect((await bySecret(narrow, { scope: 'audit:read' })).body.error).toBe('invalid_scope')
  })

  it('is given to a client without permissions, which says only who it is', async () => {
    const plain = await newClient(server.client, admin, {})
    const { status, body } = await bySecret(plain)
    expect([status, Object.keys(body)]).toEqual([200, ['access_token', 'token_type', 'expires_in']])
    expect(decodeJwt(body.access_token)).toMatchObject({ sub: plain.accountId, permissions: [] })
  })

  it('A77: loses a permission at once with the role of its account, and with the scope of its client', async () => {
    await role('reader', ['clients:read'])
    const reader = await newClient(server.client, admin, { roles: ['reader'] })
    const { access_token: own } = (await bySecret(reader)).body
    const clients = async () => (await server.client.get('/v1/clients', { token: own })).status
    expect(await clients()).toBe(200)
    const scope = { scope: '' }
    await server.client.patch(`/v1/clients/${reader.id}`, scope, { token: admin })
    expect(await clients()).toBe(403)
    await server.client.patch(`/v1/clients/${reader.id}`, { scope: 'clients:read' }, { token: admin })
    expect(await clients()).toBe(200)
    await services.roleAssignment.remove(reader.accountId as AccountId, 'reader')
    expect(await clients()).toBe(403)
  })

  it('I2: ends with its account and with its client, and there are no others', async () => {
    for (const end of [
      (client: OAuthClient) => services.administration.suspend(client.accountId as AccountId),
      (client: OAuthClient) =>
        server.client.send('DELETE', `/v1/clients/${client.id}`, undefined, { token: admin }),
    ]) {
      const doomed = await newClient(server.client, admin, { roles: ['admin'], scope: 'clients:read' })
      const { access_token: own } = (await bySecret(doomed)).body
      expect((await server.client.get('/v1/clients', { token: own })).status).toBe(200)
      await end(doomed)
      expect((await server.client.get('/v1/clients', { token: own })).status).toBe(401)
      expect((await bySecret(doomed)).status).toBeGreaterThanOrEqual(400)
    }
  })

  it('cannot be renewed, and its session ends with it', async () => {
    const { body } = await bySecret(program)
    expect(body.refresh_token).toBeUndefined()
    const { sid, exp } = decodeJwt<{ sid: string }>(body.access_token)
    const session = await services.db
      .selectFrom('sessions')
      .selectAll()
      .where('id', '=', sid as never)
      .executeTakeFirstOrThrow()
    expect(session).toMatchObject({ expires_at: Number(exp) * 1_000, refresh_key_sealed: null })
    expect(session).toMatchObject({ client_id: program.id, amr: 'client_secret' })
  })

  it('leaves one event with the account, the session and the method', async () => {
    const { body } = await bySecret(program)
    const { sid } = decodeJwt<{ sid: string }>(body.access_token)
    const events = (await readEvents(server.databaseUrl)).filter(({ session_id: id }) => id === sid)
    expect(events).toMatchObject([
      {
        action: 'client_sign_in',
        outcome: 'success',
        account_id: program.accountId,
        method: 'client_secret',
      },
    ])
  })

  describe('is refused', () => {
    const wrong = { ...grant, client_id: '', client_secret: '' }

    it.each([
      [
        'another secret',
        (own: OAuthClient) => ({
          ...own,
          secret: own.secret.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x')),
        }),
      ],
      ['another id', (own: OAuthClient) => ({ ...own, id: own.accountId ?? '' })],
      ['no id of ours', (own: OAuthClient) => ({ ...own, id: 'reports' })],
      ['the secret in another case', (own: OAuthClient) => ({ ...own, secret: own.secret.toUpperCase() })],
    ] as const)('with %s, in the same words', async (_name, change) => {
      const given = change(program)
      const inHeader = await token(grant, { authorization: basic(given) })
      const inBody = await token({ ...wrong, client_id: given.id, client_secret: given.secret })
      for (const { status, headers, body } of [inHeader, inBody]) {
        expect([status, body.error]).toEqual([401, 'invalid_client'])
        expect(headers.get('www-authenticate')).toMatch(/^Basic realm="/)
      }
      expect(inHeader.text).toBe((await token({ ...wrong, client_id: 'x', client_secret: 'y' })).text)
    })

    it('without a client, for a public one, and for one without this grant', async () => {
      expect((await token(grant)).body.error).toBe('unauthorized_client')
      const open = await newClient(server.client, admin, {
        grant_types: ['password'],
        token_endpoint_auth_method: 'none',
      })
      expect((await token({ ...grant, client_id: open.id })).body.error).toBe('unauthorized_client')
      const other = await newClient(server.client, admin, { grant_types: ['password'] })
      expect((await bySecret(other)).body.error).toBe('unauthorized_client')
    })

    it('for the id of a client that must prove who it is', async () => {
      const { status, body } = await token({ ...grant, client_id: program.id })
      expect([status, body.error]).toEqual([401, 'invalid_client'])
    })

    it('with an Authorization header that is not Basic', async () => {
      const headers = ['Bearer abc', 'Basic', 'Basic !!!', `Basic ${btoa('no-colon')}`, `Basic ${btoa(':')}`]
      for (const authorization of headers) {
        const { status, body } = await token(grant, { authorization })
        expect([status, body.error], authorization).toEqual([401, 'invalid_client'])
      }
    })

    it('if the client authenticates in two ways, or names two clients', async () => {
      const inBody = { client_id: program.id, client_secret: program.secret }
      const authorization = basic(program)
      const twice = await token({ ...grant, ...inBody }, { authorization })
      const another = await token({ ...grant, client_id: 'another' }, { authorization })
      for (const { status, body } of [twice, another])
        expect([status, body.error]).toEqual([400, 'invalid_request'])
      // Many libraries repeat the id.
      expect((await token({ ...grant, client_id: program.id }, { authorization })).status).toBe(200)
    })

    it('for a grant that is missing or unknown', async () => {
      const authorization = basic(program)
      expect((await token({ scope: 'users:read' }, { authorization })).body.error).toBe('invalid_request')
      for (const grant_type of [
        'urn:ietf:params:oauth:grant-type:saml2-bearer',
        'implicit',
        'client_credentials ',
        'CLIENT_CREDENTIALS',
      ])
        expect((await token({ grant_type }, { authorization })).body.error).toBe('unsupported_grant_type')
    })

    it('with an event, and the account if a client was named by its secret', async () => {
      await token({ ...grant, client_id: program.id, client_secret: 'pxc_wrong' })
      const events = (await readEvents(server.databaseUrl)).filter(
        ({ action, outcome }) => action === 'client_sign_in' && outcome === 'failure',
      )
      expect(events.length).toBeGreaterThan(0)
      expect(JSON.stringify(events)).not.toContain('pxc_')
    })
  })
})
