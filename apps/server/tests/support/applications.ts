import * as oidc from 'openid-client'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { password } from './password.ts'
import { makeAdministrator } from './roles.ts'
import type { TestServer } from './test-server.ts'
import { type Visit, WebBrowser } from './web-browser.ts'

/** The server of a test has no certificate. */
const { allowInsecureRequests } = oidc // oxlint-disable-line typescript/no-deprecated

export const redirectUri = 'https://app.example.org/callback'

/** An application of OpenID Connect, with the library that it uses. */
export interface TestApplication {
  readonly id: string
  readonly secret: string
  readonly library: oidc.Configuration
}

/** Registers an administrator. @returns their username */
async function newAdministrator(server: TestServer): Promise<string> {
  const username = `admin-${Math.random().toString(36).slice(2, 10)}`
  const { id } = (await server.client.register({ username, password })).body
  await makeAdministrator(server, id as AccountId)
  return username
}

export async function administratorToken(server: TestServer): Promise<string> {
  const identifier = await newAdministrator(server)
  return String((await server.client.login({ identifier, password })).body.access_token)
}

/** A browser in which an administrator is signed in. */
export async function newAdministratorIn(server: TestServer): Promise<WebBrowser> {
  return await browserOf(server, await newAdministrator(server))
}

/** @param more what to change of an ordinary web application */
export async function newApplication(
  server: TestServer,
  more: Readonly<Record<string, unknown>> = {},
): Promise<TestApplication> {
  const { client } = server
  const token = await administratorToken(server)
  const { body } = await client.post(
    '/v1/clients',
    {
      client_name: 'Moments',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: [redirectUri],
      scope: 'openid profile email offline_access',
      ...more,
    },
    { token },
  )
  const secret = body.client_secret as string | undefined
  const library = await oidc.discovery(
    new URL(server.url),
    String(body.client_id),
    {},
    secret === undefined ? oidc.None() : oidc.ClientSecretBasic(secret),
    { execute: [allowInsecureRequests] },
  )
  return { id: body.client_id, secret: secret ?? '', library }
}

/** A sign-in that an application has begun. */
export interface BegunSignIn {
  readonly address: URL
  readonly checks: oidc.AuthorizationCodeGrantChecks
}

export async function beginSignIn(
  { library }: TestApplication,
  more: Readonly<Record<string, string>> = {},
): Promise<BegunSignIn> {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()]
  const address = oidc.buildAuthorizationUrl(library, {
    redirect_uri: redirectUri,
    scope: 'openid profile email',
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...more,
  })
  return { address, checks: { pkceCodeVerifier, expectedState, expectedNonce } }
}

/** A browser in which the person is signed in to Proxima. */
export async function browserOf(server: TestServer, identifier: string): Promise<WebBrowser> {
  const browser = new WebBrowser(server.url)
  await browser.send('/sign-in', { identifier, password, keep: 'yes' })
  return browser
}

/** Presses a button of the page that asks about an application. */
export async function decide(browser: WebBrowser, page: Visit, answer: string): Promise<Visit> {
  const request = page.url.searchParams.get('request') ?? ''
  return await browser.send('/consent', { request, answer })
}

/** Opens the address, agrees if the page asks, and returns where the browser has arrived. */
export async function passThrough(browser: WebBrowser, { address }: BegunSignIn): Promise<URL> {
  const page = await browser.open(address.href)
  return (page.url.pathname === '/consent' ? await decide(browser, page, 'allow') : page).url
}

/** A whole sign-in, as the library of the application sees it. */
export async function signIn(
  application: TestApplication,
  browser: WebBrowser,
  more: Readonly<Record<string, string>> = {},
) {
  const begun = await beginSignIn(application, more)
  const callback = await passThrough(browser, begun)
  return await oidc.authorizationCodeGrant(application.library, callback, begun.checks)
}
