import { createServer, type Server } from 'node:http'
import * as oidc from 'openid-client'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { beginSignIn, newApplication, type TestApplication } from '../support/applications.ts'
import {
  accessibilityProblems,
  browserNote,
  hasBrowser,
  launchBrowser,
  overflow,
} from '../support/browser.ts'
import { sqlite } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { freePort } from '../support/programs.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** A page of another origin, to which people come back. */
async function startCallback(port: number): Promise<Server> {
  const page = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><title>Moments</title><h1>Welcome to Moments</h1>')
  })
  await new Promise<void>((resolve) => page.listen(port, '127.0.0.1', resolve))
  return page
}

describe.skipIf(!hasBrowser)(`an application in Chromium${browserNote}`, { tags: ['long'] }, () => {
  let server: TestServer
  let callback: Server
  let browser: Browser
  let application: TestApplication
  let url: string
  let callbackUrl: string
  beforeAll(async () => {
    const [port, callbackPort] = [await freePort(), await freePort()]
    url = `http://localhost:${port}`
    callbackUrl = `http://127.0.0.1:${callbackPort}/callback`
    server = await startTestServer(sqlite, {
      env: { PROXIMA_PUBLIC_URL: url, PROXIMA_PORT: String(port) },
    })
    callback = await startCallback(callbackPort)
    application = await newApplication(
      { ...server, url },
      { redirect_uris: [callbackUrl], post_logout_redirect_uris: [callbackUrl] },
    )
    for (const username of ['amina', 'baraka']) await server.client.register({ username, password })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    callback?.close()
    await server?.close()
  })

  async function open(options: { readonly javaScriptEnabled: boolean; readonly width: number }) {
    const { javaScriptEnabled, width } = options
    const viewport = { width, height: 800 }
    const context = await browser.newContext({ javaScriptEnabled, viewport, reducedMotion: 'reduce' })
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted|violates/.test(message.text())) faults.push(message.text())
    })
    return { page, faults, close: () => context.close() }
  }

  /** By the path alone: an address may name another one in `return_to`. */
  const arrive = (page: Page, path: string) => page.waitForURL(({ pathname }) => pathname === path)

  async function signIn(page: Page, username: string): Promise<void> {
    await arrive(page, '/sign-in')
    await page.getByLabel('Username, email or phone').fill(username)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }

  it.each([
    ['with script', { javaScriptEnabled: true, width: 1_280 }, 'amina'],
    ['without script, at 320 pixels', { javaScriptEnabled: false, width: 320 }, 'baraka'],
  ] as const)('signs a person in who agrees, and signs them out, %s', async (_, options, username) => {
    const { page, faults, close } = await open(options)
    const begun = await beginSignIn(application, { redirect_uri: callbackUrl })
    await page.goto(begun.address.href)
    await signIn(page, username)
    await arrive(page, '/consent')
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Moments asks for access')
    if (options.javaScriptEnabled) expect(await accessibilityProblems(page)).toEqual([])
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    await page.getByRole('button', { name: 'Allow', exact: true }).click()
    await arrive(page, '/callback')
    const tokens = await oidc.authorizationCodeGrant(application.library, new URL(page.url()), begun.checks)
    expect(tokens.claims()?.['preferred_username']).toBe(username)

    const leave = oidc.buildEndSessionUrl(application.library, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: callbackUrl,
    })
    await page.goto(leave.href)
    if (options.javaScriptEnabled) expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click()
    await arrive(page, '/callback')
    await page.goto(`${url}/account`)
    await arrive(page, '/sign-in')
    expect(faults).toEqual([])
    await close()
  })

  it('leads back with the refusal of a person who does not allow it', async () => {
    const { page, close } = await open({ javaScriptEnabled: true, width: 1_280 })
    const begun = await beginSignIn(application, { redirect_uri: callbackUrl, prompt: 'consent' })
    await page.goto(begun.address.href)
    await signIn(page, 'amina')
    await page.getByRole('button', { name: 'Do not allow' }).click()
    await arrive(page, '/callback')
    expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied')
    await close()
  })

  it('shows a page that people can read if the application made a mistake', async () => {
    const { page, close } = await open({ javaScriptEnabled: true, width: 320 })
    const begun = await beginSignIn(application, { redirect_uri: 'https://evil.example/' })
    await page.goto(begun.address.href)
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('This sign-in does not work')
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    await close()
  })
})
