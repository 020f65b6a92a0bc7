import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import {
  type AssertionOptions,
  assertionType,
  basic,
  newClient,
  newSigningKey,
  type OAuthClient,
  postForm,
  signAssertion,
} from '../../../../tests/support/oauth.ts'
import { newAdministrator } from '../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const issuer = 'https://id.example.org'
const algorithms = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const

describe.each(engines)('a client that signs assertions on $name', (engine) => {
  const keys = algorithms.map(newSigningKey)
  const [key = newSigningKey('ES256')] = keys
  let server: TestServer
  let services: OwnServices
  let admin: string
  let program: OAuthClient
  beforeAll(async () => {
    const env = { PROXIMA_PUBLIC_URL: issuer }
    server = await startTestServer(engine, { clock: FrozenClock.atWholeSecond(), env })
    services = openServices(server)
    admin = (await newAdministrator(server.client, services)).token
    program = await newClient(server.client, admin, signing(keys.map(({ jwk }) => jwk)))
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const signing = (jwks: readonly object[]) => ({
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: jwks },
  })
  const send = (client_assertion: string, others: Readonly<Record<string, string>> = {}) =>
    postForm(server.client, '/oauth/token', {
      grant_type: 'client_credentials',
      client_assertion_type: assertionType,
      client_assertion,
      ...others,
    })
  const assertion = (options: Partial<AssertionOptions> = {}, by = key) =>
    signAssertion(by, { id: program.id, audience: issuer, now: server.clock.now(), ...options })
  const refusalOf = async (options: Partial<AssertionOptions>, by = key) => {
    const { status, body } = await send(await assertion(options, by))
    return [status, body.error]
  }
  const refused = [401, 'invalid_client']

  it.each(keys.map((each) => [each.alg, each] as const))('gets a token with %s', async (_alg, each) => {
    expect((await send(await assertion({}, each))).status).toBe(200)
  })

  it('may name the issuer, an endpoint or both as the audience, and itself as the client', async () => {
    const endpoint = `${issuer}/oauth/token`
    for (const aud of [issuer, endpoint, [issuer], [issuer, endpoint]])
      expect((await send(await assertion({ claims: { aud } }))).status).toBe(200)
    expect((await send(await assertion(), { client_id: program.id })).status).toBe(200)
    const another = await send(await assertion(), { client_id: program.accountId ?? '' })
    expect([another.status, another.body.error]).toEqual(refused)
  })

  it('I10: is refused with an assertion for another server', async () => {
    const others = [
      `${issuer}/`,
      'https://id.example.com',
      server.url,
      '',
      [],
      [issuer, 'https://other'],
      null,
    ]
    for (const aud of [...others, undefined, { issuer }])
      expect(await refusalOf({ claims: { aud } }), JSON.stringify(aud)).toEqual(refused)
  })

  it('I1: is refused with an assertion that was used before, also on another server and after it expired', async () => {
    const own = await assertion({ claims: { jti: 'once' } })
    expect((await send(own)).status).toBe(200)
    expect((await send(own)).body.error).toBe('invalid_client')
    const { databaseUrl, clock } = server
    const env = { PROXIMA_PUBLIC_URL: issuer }
    const other = await startTestServer(engine, { databaseUrl, clock, env })
    const form = {
      grant_type: 'client_credentials',
      client_assertion_type: assertionType,
      client_assertion: own,
    }
    expect((await postForm(other.client, '/oauth/token', form)).body.error).toBe('invalid_client')
    await other.close()
    // Another client may use the same id.
    const second = await newClient(server.client, admin, signing([key.jwk]))
    expect((await send(await assertion({ id: second.id, claims: { jti: 'once' } }))).status).toBe(200)
  })

  it('I1: gets one token for one assertion that is sent many times at once', async () => {
    const own = await assertion()
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(own)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('is refused with times that are missing, over, too far away, or not yet there', async () => {
    const now = Math.floor(server.clock.now().getTime() / 1_000)
    const wrong = [
      { exp: undefined },
      { exp: now },
      { exp: now - 1 },
      { exp: now + 661 },
      { exp: String(now + 60) },
      { iat: now + 61 },
      { nbf: now + 61 },
      { iat: 'now' },
    ]
    for (const claims of wrong) expect(await refusalOf({ claims }), JSON.stringify(claims)).toEqual(refused)
    expect((await send(await assertion({ claims: { exp: now + 660, iat: now + 60 } }))).status).toBe(200)
  })

  it('is refused without an id of the assertion, or with a long one', async () => {
    for (const jti of [undefined, '', 'x'.repeat(256), 7])
      expect(await refusalOf({ claims: { jti } })).toEqual(refused)
  })

  it('is refused if issuer and subject are not itself', async () => {
    for (const claims of [{ iss: issuer }, { sub: 'reports' }, { iss: undefined }, { iss: [program.id] }])
      expect(await refusalOf({ claims })).toEqual(refused)
  })

  it('A67, A69: is refused with a key that is not its own, whatever the header brings', async () => {
    const stranger = newSigningKey('ES256')
    const headers = [{}, { kid: key.jwk['kid'] }, { jwk: stranger.jwk }, { jku: 'https://evil.example/jwks' }]
    for (const header of headers) expect(await refusalOf({ header }, stranger)).toEqual(refused)
    expect(await refusalOf({ header: { kid: 'unknown' } })).toEqual(refused)
  })

  it('A65, A70, A73: is refused with another algorithm, kind of token or extension', async () => {
    const [head = '', body = ''] = (await assertion()).split('.')
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
    for (const text of [
      `${none}.${body}.`,
      `${none}.${body}.x`,
      `${head}.${body}`,
      `${head}.${body}.`,
      'x',
      'a.b.c',
    ])
      expect((await send(text)).body.error, text.slice(0, 30)).toBe('invalid_client')
    for (const header of [{ typ: 'at+jwt' }, { typ: 'dpop+jwt' }, { b64: true, crit: ['b64'] }])
      expect(await refusalOf({ header })).toEqual(refused)
    for (const typ of ['JWT', 'client-authentication+jwt'])
      expect((await send(await assertion({ header: { typ } }))).status).toBe(200)
  })

  it('is refused with a secret, and a client with a secret is refused with an assertion', async () => {
    const withSecret = await newClient(server.client, admin, {})
    expect(await refusalOf({ id: withSecret.id })).toEqual(refused)
    const authorization = basic({ id: program.id, secret: withSecret.secret })
    const { body } = await postForm(
      server.client,
      '/oauth/token',
      { grant_type: 'client_credentials' },
      { authorization },
    )
    expect(body.error).toBe('invalid_client')
  })

  it('must say which kind of assertion it sends', async () => {
    for (const client_assertion_type of ['', 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer']) {
      const { status, body } = await send(await assertion(), { client_assertion_type })
      expect([status, body.error]).toEqual([400, 'invalid_request'])
    }
  })

  it('may replace its keys, and the former ones no longer work', async () => {
    const rotating = await newClient(server.client, admin, signing([key.jwk]))
    const [, next = key] = keys
    const jwks = { jwks: { keys: [next.jwk] } }
    const { status } = await server.client.patch(`/v1/clients/${rotating.id}`, jwks, { token: admin })
    expect(status).toBe(200)
    expect(await refusalOf({ id: rotating.id })).toEqual(refused)
    expect((await send(await assertion({ id: rotating.id }, next))).status).toBe(200)
  })

  it('the record of an assertion is deleted when no one could use it again', async () => {
    await send(await assertion())
    const count = async () => (await services.db.selectFrom('client_assertions').selectAll().execute()).length
    expect(await count()).toBeGreaterThan(0)
    expect(await services.clients.purge(100)).toBe(0)
    server.clock.advance(2 * 3_600)
    expect(await services.clients.purge(100)).toBeGreaterThan(0)
    expect(await count()).toBe(0)
  })
})
