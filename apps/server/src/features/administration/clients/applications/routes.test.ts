import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { type ClientAnswer, newSigningKey } from '../../../../../tests/support/oauth.ts'
import { newAdministrator } from '../../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import { sectorOf } from '../../../authorization/clients/applications/model.ts'
import type { AuthorizingClient } from '../../../authorization/clients/model.ts'

const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code'
const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
const callback = 'https://wiki.example.org/callback'
const signIn = { grant_types: ['authorization_code'], redirect_uris: [callback] }

describe.each(engines)('clients as OpenID Connect applications on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let admin: string
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
    admin = (await newAdministrator(server.client, services)).token
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const create = (fields: object): Promise<ClientAnswer> =>
    server.client.post('/v1/clients', { client_name: 'Wiki', ...fields }, { token: admin })
  const change = (id: string, fields: object): Promise<ClientAnswer> =>
    server.client.patch(`/v1/clients/${id}`, fields, { token: admin })
  const show = (id: string): Promise<ClientAnswer> => server.client.get(`/v1/clients/${id}`, { token: admin })
  const pointersOf = ({ body }: ClientAnswer) => body.errors.map(({ pointer }) => pointer)

  it('registers an application for which people sign in, with no more than the usual scopes', async () => {
    const { status, body } = await create(signIn)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      ...signIn,
      application_type: 'web',
      scope: 'openid profile email',
      token_endpoint_auth_method: 'client_secret_basic',
      client_secret: expect.any(String),
      service_account_id: null,
      post_logout_redirect_uris: [],
      backchannel_logout_uri: null,
      ...{ logo_uri: null, client_uri: null, policy_uri: null, tos_uri: null },
      is_first_party: false,
      subject_type: 'public',
      sector_identifier: null,
      id_token_signed_response_alg: 'ES256',
      require_pushed_authorization_requests: false,
      dpop_bound_access_tokens: false,
    })
    const { client_secret: _, ...rest } = body
    expect((await show(body.id)).body).toMatchObject(rest)
  })

  it('takes a redirect address as the wish to sign people in', async () => {
    const { body } = await create({ redirect_uris: [callback] })
    expect([body['grant_types'], body.service_account_id]).toEqual([['authorization_code'], null])
  })

  it('keeps every field, and changes only those that are sent', async () => {
    const full = {
      client_name: 'Everything',
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid profile email phone address offline_access moments:publish',
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [newSigningKey('ES256').jwk] },
      application_type: 'native',
      redirect_uris: [callback, 'com.example.app:/callback', 'http://127.0.0.1/callback'],
      post_logout_redirect_uris: ['https://wiki.example.org/bye', 'com.example.app:/bye'],
      logo_uri: 'https://wiki.example.org/logo.png',
      client_uri: 'https://wiki.example.org/',
      policy_uri: 'https://wiki.example.org/privacy',
      tos_uri: 'https://wiki.example.org/terms#people',
      is_first_party: true,
      subject_type: 'pairwise',
      sector_identifier: 'example.org',
      id_token_signed_response_alg: 'ES256',
      require_pushed_authorization_requests: true,
      dpop_bound_access_tokens: false,
    }
    const { status, body } = await create(full)
    expect([status, body]).toEqual([201, expect.objectContaining(full)])
    expect((await show(body.id)).body).toMatchObject(full)
    const changes = { logo_uri: null, is_first_party: false, subject_type: 'public' }
    const after = { ...full, ...changes, sector_identifier: null }
    expect((await change(body.id, changes)).body).toMatchObject(after)
    expect((await show(body.id)).body).toMatchObject(after)
    const events = await server.client.get('/v1/audit-events?action=client_change', { token: admin })
    expect((events.body as unknown as { data: readonly { changes: unknown }[] }).data[0]?.changes).toEqual({
      before: {
        logo_uri: full.logo_uri,
        is_first_party: true,
        subject_type: 'pairwise',
        sector_identifier: 'example.org',
      },
      after: { logo_uri: null, is_first_party: false, subject_type: 'public', sector_identifier: null },
    })
  })

  it('gives an application in the browser no secret (RFC 6749 §2.1)', async () => {
    const { body } = await create({ ...signIn, token_endpoint_auth_method: 'none' })
    expect([body.client_secret, (await show(body.id)).body.secrets]).toEqual([null, []])
    const added = await server.client.send('POST', `/v1/clients/${body.id}/secrets`, undefined, {
      token: admin,
    })
    expect([added.status, added.body['code']]).toEqual([409, 'no_secrets_needed'])
  })

  it('lets a client ask for refresh tokens only while it may refresh', async () => {
    const { body } = await create(signIn)
    const both = { grant_types: ['authorization_code', 'refresh_token'] }
    expect((await change(body.id, both)).body.scope).toBe('openid profile email offline_access')
    expect((await change(body.id, signIn)).body.scope).toBe('openid profile email')
    const wide = await change(body.id, { scope: 'openid offline_access' })
    expect([wide.status, pointersOf(wide)]).toEqual([422, ['/scope']])
    const narrow = await change(body.id, { ...both, scope: 'openid' })
    expect([narrow.status, narrow.body.scope]).toEqual([200, 'openid'])
    expect((await change(body.id, { client_name: 'Still' })).body.scope).toBe('openid')
  })

  it.each([
    [{ grant_types: ['authorization_code'] }, '/redirect_uris'],
    [{ grant_types: ['refresh_token'] }, '/grant_types'],
    [{ scope: 'openid' }, '/scope'],
    [{ ...signIn, scope: 'openid no-such-scope' }, '/scope'],
    [{ ...signIn, application_type: 'spa' }, '/application_type'],
    [{ ...signIn, subject_type: 'secret' }, '/subject_type'],
    [{ ...signIn, id_token_signed_response_alg: 'none' }, '/id_token_signed_response_alg'],
    [{ ...signIn, id_token_signed_response_alg: 'HS256' }, '/id_token_signed_response_alg'],
    [{ ...signIn, sector_identifier: 'example.org' }, '/sector_identifier'],
    [{ ...signIn, subject_type: 'pairwise', sector_identifier: 'https://example.org' }, '/sector_identifier'],
    // What the server does not do yet, it must not seem to do.
    [{ ...signIn, grant_types: ['authorization_code', deviceCode] }, '/grant_types'],
    [{ grant_types: ['client_credentials', tokenExchange] }, '/grant_types'],
    [{ ...signIn, id_token_signed_response_alg: 'RS256' }, '/id_token_signed_response_alg'],
    [{ ...signIn, dpop_bound_access_tokens: true }, '/dpop_bound_access_tokens'],
    [{ ...signIn, backchannel_logout_uri: 'https://wiki.example.org/logout' }, '/backchannel_logout_uri'],
    [
      { ...signIn, subject_type: 'pairwise', redirect_uris: [callback, 'https://other.example.org/'] },
      '/sector_identifier',
    ],
    [{ ...signIn, is_first_party: 'yes' }, '/is_first_party'],
    [{ ...signIn, redirect_uris: [callback, 'com.example.app:/callback'] }, '/redirect_uris/1'],
  ])('refuses %j', async (fields, pointer) => {
    const answer = await create(fields)
    expect([answer.status, pointersOf(answer)]).toEqual([422, [pointer]])
  })

  it('names every wrong field in one answer', async () => {
    const wrong = await create({
      ...{ client_name: '', redirect_uris: ['http://wiki.example.org/'], logo_uri: 'javascript:alert(1)' },
      ...{ backchannel_logout_uri: 'https://10.0.0.1/', application_type: 'spa', tos_uri: 7 },
    })
    expect([wrong.status, pointersOf(wrong).toSorted()]).toEqual([
      422,
      [
        '/application_type',
        '/backchannel_logout_uri',
        '/client_name',
        '/logo_uri',
        '/redirect_uris/0',
        '/tos_uri',
      ],
    ])
  })

  it('finds a client for the provider, with the digests of both secrets and nothing of others', async () => {
    const { body } = await create({ ...signIn, subject_type: 'pairwise' })
    const other = (await create(signIn)).body
    const path = `/v1/clients/${body.id}/secrets`
    const second = await server.client.send('POST', path, undefined, { token: admin })
    const found = (await services.clients.findForAuthorization(body.id)) as AuthorizingClient
    expect(found.client).toEqual(await services.clients.get(services.db, body.id))
    expect([found.secretDigests.length, sectorOf(found.client)]).toEqual([2, 'wiki.example.org'])
    const holds = (secret: unknown) => services.clients.hasSecret(found, String(secret))
    expect([body.client_secret, second.body['client_secret']].map(holds)).toEqual([true, true])
    expect([other.client_secret, `${body.client_secret}x`, '', found.secretDigests[0]].map(holds)).toEqual(
      Array.from({ length: 4 }, () => false),
    )
    for (const id of ['', 'x', crypto.randomUUID(), other.client_secret])
      expect(await services.clients.findForAuthorization(id)).toBeNull()
  })

  it('finds a client without a secret, which no secret opens', async () => {
    const { body } = await create({ ...signIn, token_endpoint_auth_method: 'none' })
    const found = (await services.clients.findForAuthorization(body.id)) as AuthorizingClient
    expect(found).toMatchObject({ client: { id: body.id }, secretDigests: [] })
    const { client_secret: secret } = (await create(signIn)).body
    expect(services.clients.hasSecret(found, secret)).toBe(false)
  })

  it('finds a client with all of it in one statement', async () => {
    const { body } = await create(signIn)
    await services.clients.findForAuthorization(body.id)
    const statements: string[] = []
    const execute = services.db.executeQuery.bind(services.db)
    services.db.executeQuery = (query) => {
      statements.push('sql' in query ? query.sql : '')
      return execute(query)
    }
    const found = await services.clients.findForAuthorization(body.id)
    services.db.executeQuery = execute
    expect([found?.client.id, found?.secretDigests.length, statements.length]).toEqual([body.id, 1, 1])
  })

  it('deletes a client with all that it was', async () => {
    const { body } = await create(signIn)
    expect(
      (await server.client.send('DELETE', `/v1/clients/${body.id}`, undefined, { token: admin })).status,
    ).toBe(204)
    const rows = await services.db.selectFrom('client_applications').select('client_id').execute()
    expect(rows.filter(({ client_id: id }) => id === body.id)).toEqual([])
  })
})
