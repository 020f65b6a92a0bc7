import { decodeJwt } from 'jose'
import * as oidc from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  administratorToken,
  beginSignIn,
  browserOf,
  newAdministratorIn,
  newApplication,
  passThrough,
  redirectUri,
  signIn,
  type TestApplication,
} from '../../../tests/support/applications.ts'
import { engines } from '../../../tests/support/engines.ts'
import { basic, postForm } from '../../../tests/support/oauth.ts'
import { password } from '../../../tests/support/password.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'
import type { WebBrowser } from '../../../tests/support/web-browser.ts'

describe.each(engines)('signing in to an application, on $name', (engine) => {
  let server: TestServer
  let application: TestApplication
  let browser: WebBrowser
  beforeAll(async () => {
    server = await startTestServer(engine)
    application = await newApplication(server, { is_first_party: true })
    const amina = { username: 'amina', email: 'amina@example.org', full_name: 'Amina Otieno', password }
    await server.client.register(amina)
    browser = await browserOf(server, 'amina')
  })
  afterAll(async () => await server?.close())

  const tokenRequest = (form: Readonly<Record<string, string>>, of = application) =>
    postForm(server.client, '/oauth/token', form, {
      authorization: basic({ id: of.id, secret: of.secret }),
    })
  const isActive = async (token: string) =>
    (
      await postForm(
        server.client,
        '/oauth/introspect',
        { token },
        { authorization: basic({ id: application.id, secret: application.secret }) },
      )
    ).body.active

  async function newCode() {
    const begun = await beginSignIn(application)
    const callback = await passThrough(browser, begun)
    const form = {
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: String(begun.checks.pkceCodeVerifier),
    }
    return { begun, callback, form }
  }

  it('gives openid-client an ID token, an access token and a refresh token', async () => {
    const tokens = await signIn(application, browser)
    const known = { email: 'amina@example.org', email_verified: false, name: 'Amina Otieno', amr: ['pwd'] }
    expect(tokens.claims()).toMatchObject({ ...known, acr: 'urn:proxima:aal1' })
    const info = await oidc.fetchUserInfo(
      application.library,
      tokens.access_token,
      tokens.claims()?.sub ?? '',
    )
    expect(info.email).toBe('amina@example.org')
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      client_id: application.id,
      scope: 'openid profile email',
      roles: [],
    })
    const next = await oidc.refreshTokenGrant(application.library, tokens.refresh_token ?? '')
    expect(decodeJwt(next.access_token)['scope']).toBe('openid profile email')
  })

  it('A107: redeems a code once, and a second use ends what the first one got', async () => {
    const { form } = await newCode()
    const first = await tokenRequest(form)
    expect(first.status).toBe(200)
    expect(await isActive(first.body.access_token)).toBe(true)
    expect((await tokenRequest(form)).body.error).toBe('invalid_grant')
    expect(await isActive(first.body.access_token)).toBe(false)
    const refresh = { grant_type: 'refresh_token', refresh_token: first.body.refresh_token }
    expect((await tokenRequest(refresh)).body.error).toBe('invalid_grant')
  })

  it('A107: of many who redeem one code at once, at most one succeeds', async () => {
    const { form } = await newCode()
    const answers = await Promise.all(Array.from({ length: 40 }, () => tokenRequest(form)))
    const succeeded = answers.filter(({ status }) => status === 200)
    expect(succeeded.length).toBeLessThanOrEqual(1)
    expect(answers.filter(({ body }) => body.error === 'invalid_grant')).toHaveLength(40 - succeeded.length)
  })

  it('A108: refuses a code without its verifier, or with another one', async () => {
    const { form } = await newCode()
    const { code_verifier: _, ...without } = form
    for (const each of [
      without,
      { ...form, code_verifier: 'x'.repeat(43) },
      { ...form, code_verifier: 'short' },
    ])
      expect((await tokenRequest(each)).status).toBe(400)
    expect((await tokenRequest(form)).status).toBe(200)
  })

  it('A109: refuses the code of another client, and another redirect address', async () => {
    const other = await newApplication(server, { is_first_party: true })
    const { form } = await newCode()
    expect((await tokenRequest(form, other)).body.error).toBe('invalid_grant')
    const elsewhere = { ...form, redirect_uri: 'https://app.example.org/other' }
    expect((await tokenRequest(elsewhere)).body.error).toBe('invalid_grant')
    expect((await tokenRequest(form)).status).toBe(200)
  })

  it('refuses a code that was given to no one who is still signed in', async () => {
    const another = await browserOf(server, 'amina')
    const begun = await beginSignIn(application)
    const callback = await passThrough(another, begun)
    await another.send('/sign-out', {})
    await expect(
      oidc.authorizationCodeGrant(application.library, callback, begun.checks),
    ).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })

  it('ends the tokens of the application when the person signs out', async () => {
    const another = await browserOf(server, 'amina')
    const tokens = await signIn(application, another)
    expect(await isActive(tokens.access_token)).toBe(true)
    await another.send('/sign-out', {})
    expect(await isActive(tokens.access_token)).toBe(false)
    await expect(
      oidc.fetchUserInfo(application.library, tokens.access_token, tokens.claims()?.sub ?? ''),
    ).rejects.toThrow()
  })

  it('keeps them after the sign-out if the person has agreed to that', async () => {
    const another = await browserOf(server, 'amina')
    const lasting = { scope: 'openid offline_access', prompt: 'consent' }
    const tokens = await signIn(application, another, lasting)
    await another.send('/sign-out', {})
    expect(await isActive(tokens.access_token)).toBe(true)
  })

  it('lets the application learn no more than it has asked for', async () => {
    const tokens = await signIn(application, browser, { scope: 'openid' })
    const info = await oidc.fetchUserInfo(
      application.library,
      tokens.access_token,
      tokens.claims()?.sub ?? '',
    )
    expect(info).not.toHaveProperty('email')
    expect(info).not.toHaveProperty('name')
    expect(tokens.claims()).not.toHaveProperty('email')
  })

  it('gives the permissions that the person holds and the application asks for, and no others', async () => {
    const reader = await newApplication(server, { scope: 'openid profile users:read users:write' })
    const plain = await signIn(reader, browser, { scope: 'openid users:read' })
    expect(decodeJwt(plain.access_token)['permissions']).toEqual([])
    const administrator = await newAdministratorIn(server)
    const tokens = await signIn(reader, administrator, { scope: 'openid users:read' })
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      ...{ permissions: ['users:read'], scope: 'openid users:read', roles: [], aud: server.url },
    })
    const { client } = server
    expect((await client.get('/v1/users', { token: tokens.access_token })).status).toBe(200)
    const created = await client.post('/v1/users', { username: 'made' }, { token: tokens.access_token })
    expect(created.status).toBe(403)
  })

  it('I6: gives the application of someone else no token that a service would take for the person', async () => {
    const foreign = await newApplication(server)
    const tokens = await signIn(foreign, browser)
    expect(decodeJwt(tokens.access_token)['aud']).toBe('urn:proxima:application')
    const next = await oidc.refreshTokenGrant(foreign.library, tokens.refresh_token ?? '')
    expect(decodeJwt(next.access_token)['aud']).toBe('urn:proxima:application')
    expect(decodeJwt((await signIn(application, browser)).access_token)['aud']).toBe(server.url)
  })

  it('tells an application at introspection no more than the person has agreed to', async () => {
    const administrator = await newAdministratorIn(server)
    const { access_token: token } = await signIn(application, administrator, { scope: 'openid' })
    const authorization = basic({ id: application.id, secret: application.secret })
    const { body } = await postForm(server.client, '/oauth/introspect', { token }, { authorization })
    expect(body).toMatchObject({ active: true, scope: 'openid', roles: [], permissions: [] })
    expect(body).not.toHaveProperty('username')
  })

  it('tells an application nothing that it may not ask for any more', async () => {
    const token = await administratorToken(server)
    const narrowed = await newApplication(server, { is_first_party: true })
    const tokens = await signIn(narrowed, browser)
    await server.client.patch(`/v1/clients/${narrowed.id}`, { scope: 'openid' }, { token })
    const { sub = '' } = tokens.claims() ?? {}
    expect(await oidc.fetchUserInfo(narrowed.library, tokens.access_token, sub)).not.toHaveProperty('email')
    const next = await oidc.refreshTokenGrant(narrowed.library, tokens.refresh_token ?? '')
    expect(decodeJwt(next.access_token)['scope']).toBe('openid')
  })

  it('refuses a token for a service that is none of ours (RFC 8707)', async () => {
    const begun = await beginSignIn(application, { resource: 'https://other.example/' })
    const { url } = await browser.open(begun.address.href)
    expect(url.searchParams.get('error')).toBe('invalid_target')
  })

  it('I13: ends no session of the person, however often an application signs them in', async () => {
    const small = await startTestServer(engine, { env: { PROXIMA_SESSIONS_PER_ACCOUNT_MAX: '5' } })
    await small.client.register({ username: 'amina', password })
    const own = await newApplication(small, { is_first_party: true })
    const [phone, laptop] = [await browserOf(small, 'amina'), await browserOf(small, 'amina')]
    for (let times = 0; times < 6; times++) await signIn(own, laptop)
    expect((await phone.open('/account')).url.pathname).toBe('/account')
    await small.close()
  })

  it('I2: ends what depends on a session that newer ones have displaced', async () => {
    const small = await startTestServer(engine, { env: { PROXIMA_SESSIONS_PER_ACCOUNT_MAX: '3' } })
    await small.client.register({ username: 'amina', password })
    const own = await newApplication(small, { is_first_party: true })
    const { access_token: token } = await signIn(own, await browserOf(small, 'amina'))
    for (let times = 0; times < 3; times++) {
      small.clock.advance(120)
      await small.client.login({ identifier: 'amina', password })
    }
    const authorization = basic({ id: own.id, secret: own.secret })
    const { body } = await postForm(small.client, '/oauth/introspect', { token }, { authorization })
    expect(body.active).toBe(false)
    await small.close()
  })

  it('I8: lets the application of someone else call nothing that belongs to the person', async () => {
    const foreign = await newApplication(server)
    const { access_token: token } = await signIn(foreign, browser)
    const { client } = server
    const answers = [
      await client.get('/v1/me', { token }),
      await client.get('/v1/me/sessions', { token }),
      await client.get('/v1/me/export', { token }),
      await client.patch('/v1/me', { full_name: 'Someone else' }, { token }),
      await client.put(
        '/v1/me/password',
        { current_password: password, new_password: 'another long one' },
        { token },
      ),
      await client.send('DELETE', '/v1/me', undefined, { token }),
    ]
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403))
  })
})
