import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newApiKey } from '../../../../tests/support/api-keys.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { basic, newClient, type OAuthClient, postForm, tokenOf } from '../../../../tests/support/oauth.ts'
import { loginWith, newPerson, type Person } from '../../../../tests/support/people.ts'
import { newAdministrator } from '../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

const issuer = 'https://id.example.org'
const audience = 'https://api.example.org'
const inactive = { active: false }

describe.each(engines)('asking about and revoking tokens on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let admin: string
  /** May ask about every token. */
  let resource: OAuthClient
  let program: OAuthClient
  let other: OAuthClient
  let person: Person
  beforeAll(async () => {
    const env = { PROXIMA_PUBLIC_URL: issuer, PROXIMA_AUDIENCE: audience }
    server = await startTestServer(engine, { clock: FrozenClock.atWholeSecond(), env })
    services = openServices(server)
    admin = (await newAdministrator(server.client, services)).token
    const inspector = { name: 'inspector', permissions: ['tokens:introspect'] }
    await server.client.post('/v1/roles', inspector, { token: admin })
    resource = await newClient(server.client, admin, { roles: ['inspector'] })
    program = await newClient(server.client, admin, {})
    other = await newClient(server.client, admin, {})
    person = await newPerson(server.client, 'amina')
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const inspect = (client: OAuthClient, token: string, others: object = {}) =>
    postForm(server.client, '/oauth/introspect', { token, ...others }, { authorization: basic(client) })
  const revoke = (client: OAuthClient | null, token: string, others: object = {}) =>
    postForm(
      server.client,
      '/oauth/revoke',
      { token, ...others },
      client === null ? {} : { authorization: basic(client) },
    )
  const ownTokenOf = (client: OAuthClient) => tokenOf(server.client, client)

  describe('introspection', () => {
    it('describes an access token of a person to a service that may ask', async () => {
      const now = Math.floor(server.clock.now().getTime() / 1_000)
      const { access_token: own } = await loginWith(server.client, person.secret)
      const claims = decodeJwt<{ sid: string }>(own)
      const { status, headers, body } = await inspect(resource, own)
      expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
      expect(body).toEqual({
        active: true,
        sub: person.id,
        username: 'amina',
        client_id: 'proxima',
        token_type: 'Bearer',
        roles: ['user'],
        permissions: [],
        iss: issuer,
        aud: audience,
        exp: now + 900,
        iat: now,
        nbf: now,
        jti: claims.jti,
        sid: claims.sid,
        auth_time: now,
        amr: ['user_secret'],
        acr: 'urn:proxima:aal1',
      })
    })

    it('describes a session code, and a token of another client', async () => {
      const { session_code: code } = await loginWith(server.client, person.secret, 'code')
      expect((await inspect(resource, code)).body).toMatchObject({ active: true, sub: person.id })
      const { body } = await inspect(resource, await ownTokenOf(program))
      expect(body).toMatchObject({ active: true, sub: program.accountId, client_id: program.id })
    })

    it('I6: does not let an administrator who sees an account as its owner does pass for the owner', async () => {
      const path = `/v1/users/${person.id}/impersonation`
      const inToken = await server.client.post(path, { reason: 'Ticket 4711' }, { token: admin })
      const cookie = { reason: 'Ticket 4711', mode: 'cookie' }
      const { headers } = await server.client.post(path, cookie, { token: admin })
      const code = /__Host-proxima=([^;]+)/.exec(headers.get('set-cookie') ?? '')?.[1] ?? ''
      for (const token of [String(inToken.body.access_token), code]) {
        expect((await server.client.me(token)).status).toBe(200)
        expect((await inspect(resource, token)).body).toEqual(inactive)
      }
    })

    it('describes an API key, unless it works from some networks only', async () => {
      const { token } = await newPerson(server.client)
      const { key } = await newApiKey(server.client, token)
      const { body } = await inspect(resource, key)
      expect(body).toMatchObject({ active: true, client_id: 'proxima', permissions: [] })
      expect(body['exp']).toBe(server.clock.now().getTime() / 1_000 + 90 * 86_400)
      expect(body['sid']).toBeUndefined()
      const bound = await newApiKey(server.client, token, { allowed_networks: ['127.0.0.1'] })
      expect((await server.client.me(bound.key)).status).toBe(200)
      for (const text of [bound.key, `${key}x`])
        expect((await inspect(resource, text)).body).toEqual(inactive)
    })

    it('A117: shows a client its own tokens only', async () => {
      const own = await ownTokenOf(program)
      expect((await inspect(program, own)).body).toMatchObject({ active: true, client_id: program.id })
      expect((await inspect(other, own)).body).toEqual(inactive)
      expect((await inspect(program, person.token)).body).toEqual(inactive)
      const { session_code: code } = await loginWith(server.client, person.secret, 'code')
      expect((await inspect(program, code)).body).toEqual(inactive)
    })

    it('answers alike to everything that does not work', async () => {
      const { access_token: ended, session_id: id } = await loginWith(server.client, person.secret)
      await server.client.send('DELETE', `/v1/me/sessions/${id}`, undefined, { token: person.token })
      const texts = ['x', 'pxs_x', `pxs_${'x'.repeat(43)}`, 'pxr_x', 'pxk_x', 'a.b.c', ended, `${ended}x`]
      for (const text of texts) {
        const { status, body } = await inspect(resource, text)
        expect([status, body], text.slice(0, 20)).toEqual([200, inactive])
      }
    })

    it('A56: answers that nothing works after the account is suspended, and after a token has expired', async () => {
      const doomed = await newPerson(server.client)
      const { session_code: code } = await loginWith(server.client, doomed.secret, 'code')
      await services.administration.suspend(doomed.id)
      for (const token of [doomed.token, code])
        expect((await inspect(resource, token)).body).toEqual(inactive)
      const own = await ownTokenOf(program)
      server.clock.advance(900)
      expect((await inspect(resource, own)).body).toEqual(inactive)
      expect((await inspect(program, own)).body).toEqual(inactive)
    })

    it('A70: does not let a refresh token pass for a token that opens a service', async () => {
      const { refresh_token: token } = await loginWith(server.client, person.secret)
      expect((await inspect(resource, token)).body).toEqual(inactive)
      expect((await inspect(resource, token, { token_type_hint: 'access_token' })).body).toEqual(inactive)
      const { body } = await inspect(resource, token, { token_type_hint: 'refresh_token' })
      expect(body).toMatchObject({ active: true, sub: person.id })
      expect(body.token_type).toBeUndefined()
      await server.client.post('/v1/auth/refresh', { refresh_token: token })
      server.clock.advance(11)
      expect((await inspect(resource, token, { token_type_hint: 'refresh_token' })).body).toEqual(inactive)
    })

    it('answers to a person with the permission, and to no other', async () => {
      const ask = (credential: string) =>
        postForm(
          server.client,
          '/oauth/introspect',
          { token: person.token },
          { authorization: `Bearer ${credential}` },
        )
      const { access_token: own } = await loginWith(server.client, person.secret)
      const fresh = (await newAdministrator(server.client, services)).token
      expect((await ask(fresh)).status).toBe(200)
      const refused = await ask(own)
      expect([refused.status, refused.body.error]).toEqual([403, 'insufficient_scope'])
      const unknown = await ask('pxs_x')
      expect([unknown.status, unknown.body.error]).toEqual([401, 'invalid_token'])
      expect(unknown.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    })

    it('needs a client that can prove who it is', async () => {
      const open = await newClient(server.client, (await newAdministrator(server.client, services)).token, {
        grant_types: ['password'],
        token_endpoint_auth_method: 'none',
      })
      for (const parameters of [{}, { client_id: open.id }, { client_id: 'proxima' }]) {
        const form = { token: person.token, ...parameters }
        const { status, body } = await postForm(server.client, '/oauth/introspect', form)
        expect([status, body.error]).toEqual([401, 'invalid_client'])
      }
      expect((await inspect(resource, '')).body.error).toBe('invalid_request')
    })

    it('A77: is refused to a service that has lost the permission or is suspended', async () => {
      const { access_token: own } = await loginWith(server.client, person.secret)
      expect((await inspect(resource, own)).body.active).toBe(true)
      const account = resource.accountId as AccountId
      await services.administration.suspend(account)
      expect((await inspect(resource, own)).body).toEqual(inactive)
      await services.administration.activate(account)
      expect((await inspect(resource, own)).body.active).toBe(true)
      await services.roleAssignment.remove(account, 'inspector')
      expect((await inspect(resource, own)).body).toEqual(inactive)
      await services.roleAssignment.add(account, 'inspector')
    })
  })

  describe('revocation', () => {
    it('ends the token of a client', async () => {
      const own = await ownTokenOf(program)
      expect(await revoke(program, own)).toMatchObject({ status: 200, text: '{}' })
      expect((await inspect(resource, own)).body).toEqual(inactive)
      expect((await revoke(program, own)).status).toBe(200)
    })

    it('A117: has no effect on the tokens of others, and the answer does not say so', async () => {
      const { access_token: ofPerson, refresh_token: refreshToken } = await loginWith(
        server.client,
        person.secret,
      )
      const ofProgram = await ownTokenOf(program)
      for (const token of [ofPerson, refreshToken, ofProgram, 'x', 'pxr_x'])
        expect(await revoke(other, token)).toMatchObject({ status: 200, text: '{}' })
      expect(await revoke(null, ofProgram)).toMatchObject({ status: 200 })
      expect((await server.client.me(ofPerson)).status).toBe(200)
      expect((await inspect(resource, ofProgram)).body.active).toBe(true)
    })

    it('ends the session of someone who signed in to Proxima, by any of its tokens and without a client', async () => {
      for (const name of ['access_token', 'refresh_token'] as const) {
        const login = await loginWith(server.client, person.secret)
        expect((await revoke(null, login[name], { token_type_hint: 'x' })).status).toBe(200)
        expect((await server.client.me(login.access_token)).status).toBe(401)
        const again = await server.client.post('/v1/auth/refresh', { refresh_token: login.refresh_token })
        expect(again.status).toBe(401)
      }
      const { session_code: code } = await loginWith(server.client, person.secret, 'code')
      expect((await revoke(null, code)).status).toBe(200)
      expect((await server.client.me(code)).status).toBe(401)
    })

    it('is refused to an unknown client, without a token, and for an API key', async () => {
      const wrong = await revoke({ ...program, secret: 'pxc_wrong' }, 'x')
      expect([wrong.status, wrong.body.error]).toEqual([401, 'invalid_client'])
      expect((await revoke(program, '')).body.error).toBe('invalid_request')
      const key = await revoke(program, 'pxk_x')
      expect([key.status, key.body.error]).toEqual([400, 'unsupported_token_type'])
    })
  })
})
