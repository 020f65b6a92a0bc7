import * as oidc from 'openid-client'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  beginSignIn,
  browserOf,
  decide,
  newApplication,
  passThrough,
  type TestApplication,
} from '../../../tests/support/applications.ts'
import { engines } from '../../../tests/support/engines.ts'
import { basic, postForm } from '../../../tests/support/oauth.ts'
import { password } from '../../../tests/support/password.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'
import { WebBrowser } from '../../../tests/support/web-browser.ts'

describe.each(engines)('the request of an application, on $name', (engine) => {
  let server: TestServer
  let application: TestApplication
  let own: TestApplication
  beforeAll(async () => {
    server = await startTestServer(engine)
    application = await newApplication(server, { client_uri: 'https://moments.example/' })
    own = await newApplication(server, { is_first_party: true })
  })
  afterAll(async () => await server?.close())

  let name = ''
  beforeEach(async () => {
    name = `person-${Math.random().toString(36).slice(2, 10)}`
    await server.client.register({ username: name, email: `${name}@example.org`, password })
  })

  const open = async (
    browser: WebBrowser,
    of: TestApplication,
    more: Readonly<Record<string, string>> = {},
  ) => await browser.open((await beginSignIn(of, more)).address.href)
  const errorIn = ({ url }: { readonly url: URL }) =>
    url.searchParams.get('error') ?? new URLSearchParams(url.hash.slice(1)).get('error')

  it('asks once what the application may have, and again when it wants more', async () => {
    const browser = await browserOf(server, name)
    const page = await open(browser, application)
    expect(page.url.pathname).toBe('/consent')
    expect(page.text).toContain('Moments asks for access to your account')
    expect(page.text).toContain('moments.example')
    expect(page.text).toContain('See your email address')
    expect((await decide(browser, page, 'allow')).url.searchParams.get('code')).not.toBeNull()
    expect((await open(browser, application)).url.origin).toBe('https://app.example.org')
    const more = await open(browser, application, { scope: 'openid offline_access', prompt: 'consent' })
    expect(more.text).toContain('Stay connected when you are away')
  })

  it('tells the application if the person does not allow it', async () => {
    const browser = await browserOf(server, name)
    const page = await open(browser, application)
    expect(errorIn(await decide(browser, page, 'deny'))).toBe('access_denied')
  })

  it('lets a person sign in first, and then goes on', async () => {
    const browser = new WebBrowser(server.url)
    const begun = await beginSignIn(own)
    const page = await browser.open(begun.address.href)
    expect(page.url.pathname).toBe('/sign-in')
    const returnTo = page.url.searchParams.get('return_to') ?? ''
    const form = { identifier: name, password, keep: 'yes', return_to: returnTo }
    const { url } = await browser.send('/sign-in', form)
    const tokens = await oidc.authorizationCodeGrant(own.library, url, begun.checks)
    expect(tokens.claims()?.['preferred_username']).toBe(name)
  })

  it('A113: says with prompt=none what would have to be asked', async () => {
    expect(errorIn(await open(new WebBrowser(server.url), own, { prompt: 'none' }))).toBe('login_required')
    const browser = await browserOf(server, name)
    expect(errorIn(await open(browser, application, { prompt: 'none' }))).toBe('consent_required')
    expect((await open(browser, own, { prompt: 'none' })).url.searchParams.get('code')).not.toBeNull()
  })

  it.each([['prompt', 'login'] as const, ['max_age', '0'] as const])(
    'A113: asks for a new proof with %s=%s',
    async (parameter, value) => {
      const browser = await browserOf(server, name)
      await new Promise((resolve) => setTimeout(resolve, 1_100))
      server.clock.advance(2)
      const begun = await beginSignIn(own, { [parameter]: value })
      const page = await browser.open(begun.address.href)
      expect(page.url.pathname).toBe('/account/confirm')
      const returnTo = page.url.searchParams.get('return_to') ?? ''
      const { url } = await browser.send('/account/confirm', {
        current_password: password,
        return_to: returnTo,
      })
      expect(url.searchParams.get('code')).not.toBeNull()
    },
  )

  it('A113: takes no other answer for the proof that was asked for', async () => {
    const browser = await browserOf(server, name)
    const page = await open(browser, own, { prompt: 'login' })
    const request =
      new URL(page.url.searchParams.get('return_to') ?? '', server.url).searchParams.get('request') ?? ''
    for (const answer of ['choose', 'allow', 'deny']) {
      const answered = await browser.send('/consent', { request, answer })
      expect(answered.text).toContain('This sign-in has expired')
    }
    expect((await browser.open(`/oauth/authorize/${request}`)).url.searchParams.get('code')).toBeNull()
  })

  it('lets the next person answer for themselves after "Not you?"', async () => {
    const other = `other-${name}`
    await server.client.register({ username: other, password })
    const browser = await browserOf(server, name)
    const begun = await beginSignIn(application)
    const page = await browser.open(begun.address.href)
    const signIn = await decide(browser, page, 'switch')
    const returnTo = signIn.url.searchParams.get('return_to') ?? ''
    const asked = await browser.send('/sign-in', {
      identifier: other,
      password,
      keep: 'yes',
      return_to: returnTo,
    })
    const { url } = asked.url.pathname === '/consent' ? await decide(browser, asked, 'allow') : asked
    const tokens = await oidc.authorizationCodeGrant(application.library, url, begun.checks)
    expect(tokens.claims()?.['preferred_username']).toBe(other)
  })

  it('lets the person choose another account', async () => {
    const browser = await browserOf(server, name)
    const page = await open(browser, own, { prompt: 'select_account' })
    expect(page.text).toContain(`Continue as ${name}`)
    const signIn = await decide(browser, page, 'switch')
    expect(signIn.url.pathname).toBe('/sign-in')
  })

  it.each([
    'https://app.example.org/callback/',
    'https://app.example.org/callback?x=1',
    'https://app.example.org/callback#x',
    'https://app.example.org//callback',
    'https://app.example.org\\callback',
    'https://app.example.org@evil.example/callback',
    'https://app.example.org.evil.example/callback',
    'https://app.example.org/callback/../other',
    'https://app.example.org/%63allback',
    'https://APP.example.org/callback',
    'http://app.example.org/callback',
    'https://app.example.org:443/callback',
    'javascript:alert(1)',
  ])('A105: shows a page and redirects nowhere for %s', async (address) => {
    const browser = await browserOf(server, name)
    const page = await open(browser, own, { redirect_uri: address })
    expect([page.url.origin, page.status]).toEqual([server.url, 400])
    expect(page.text).toContain('invalid_redirect_uri')
  })

  it('A108: refuses a request without a challenge, and one with `plain`', async () => {
    const browser = await browserOf(server, name)
    const { address } = await beginSignIn(own)
    for (const change of [
      (url: URL) => url.searchParams.delete('code_challenge'),
      (url: URL) => url.searchParams.set('code_challenge_method', 'plain'),
      (url: URL) => url.searchParams.delete('code_challenge_method'),
    ]) {
      const changed = new URL(address)
      change(changed)
      expect(errorIn(await browser.open(changed.href))).toBe('invalid_request')
    }
  })

  it('A110: refuses a parameter that occurs twice', async () => {
    const browser = await browserOf(server, name)
    const { address } = await beginSignIn(own)
    const { url, status } = await browser.open(`${address.href}&scope=openid`)
    expect([url.searchParams.get('error') ?? status]).toEqual(['invalid_request'])
  })

  it('refuses every response that would carry a token through the browser', async () => {
    const browser = await browserOf(server, name)
    for (const type of ['token', 'id_token', 'code id_token', 'code token'])
      expect(errorIn(await open(browser, own, { response_type: type }))).toBe('unsupported_response_type')
  })

  it('A111: lets no one answer what another person was asked, and no other browser finish it', async () => {
    const [browser, other] = [await browserOf(server, name), await browserOf(server, name)]
    const page = await open(browser, application)
    expect((await other.open(page.url.href)).text).toContain('This sign-in has expired')
    const answered = await decide(other, page, 'allow')
    expect(answered.text).toContain('This sign-in has expired')
    expect((await decide(browser, page, 'allow')).url.origin).toBe('https://app.example.org')
  })

  it('A49: takes no answer from the page of another site', async () => {
    const browser = await browserOf(server, name)
    const page = await open(browser, application)
    const cookie = `__Host-proxima=${browser.cookie('__Host-proxima')}`
    const response = await fetch(`${server.url}/consent`, {
      method: 'POST',
      headers: {
        origin: 'https://evil.example',
        cookie,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ request: page.url.searchParams.get('request') ?? '', answer: 'allow' }),
    })
    expect(response.status).toBe(403)
  })

  it('accepts a pushed request once, and only from its client (RFC 9126)', async () => {
    const browser = await browserOf(server, name)
    const { address, checks } = await beginSignIn(own)
    const form = Object.fromEntries(address.searchParams)
    const authorization = basic({ id: own.id, secret: own.secret })
    expect((await postForm(server.client, '/oauth/par', form)).status).toBe(401)
    const { body, status } = await postForm(server.client, '/oauth/par', form, { authorization })
    expect(status).toBe(201)
    const pushed = new URL('/oauth/authorize', server.url)
    pushed.searchParams.set('client_id', own.id)
    pushed.searchParams.set('request_uri', String(body['request_uri']))
    const { url } = await browser.open(pushed.href)
    expect((await oidc.authorizationCodeGrant(own.library, url, checks)).id_token).toBeDefined()
    const again = await browser.open(pushed.href)
    expect(again.text).toContain('invalid_request_uri')
  })

  it('A114: asks before it signs anyone out, and leads only to registered addresses', async () => {
    const goodbye = 'https://app.example.org/bye'
    const leaving = await newApplication(server, {
      is_first_party: true,
      post_logout_redirect_uris: [goodbye],
    })
    const browser = await browserOf(server, name)
    await passThrough(browser, await beginSignIn(leaving))
    const to = (address: string) =>
      `/oauth/end_session?${new URLSearchParams({ client_id: leaving.id, post_logout_redirect_uri: address, state: 's' }).toString()}`
    expect((await browser.open(to('https://evil.example/'))).text).toContain('not registered')
    const page = await browser.open(to(goodbye))
    expect(page.text).toContain('Sign out')
    expect((await browser.open('/account')).url.pathname).toBe('/account')
    const secret = /name="secret" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    expect((await browser.send('/oauth/end_session/confirm', { secret: 'wrong' })).status).toBe(400)
    const left = await browser.send('/oauth/end_session/confirm', { secret })
    expect(left.url.href).toBe(`${goodbye}?state=s`)
    expect((await browser.open('/account')).url.pathname).toBe('/sign-in')
    expect((await browser.open(to(goodbye))).url.href).toBe(`${goodbye}?state=s`)
  })

  it('lets no one finish whose session has ended', async () => {
    const browser = await browserOf(server, name)
    const page = await open(browser, application)
    const { access_token: token } = (await server.client.login({ identifier: name, password })).body
    await server.client.send('DELETE', '/v1/me/sessions', undefined, { token })
    expect((await decide(browser, page, 'allow')).text).toContain('This sign-in has expired')
  })
})
