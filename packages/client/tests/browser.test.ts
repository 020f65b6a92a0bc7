import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { browserNote, hasBrowser, launchBrowser } from '../../../apps/server/tests/support/browser.ts'
import { sqlite } from '../../../apps/server/tests/support/engines.ts'
import { type NewPerson, newPerson } from '../../../apps/server/tests/support/people.ts'
import { startTestServer, type TestServer } from '../../../apps/server/tests/support/test-server.ts'
import type { createProxima } from '../src/index.ts'

/** What a page of the test has. Its functions run in the browser. */
interface PageGlobals {
  readonly createProxima: typeof createProxima
  proxima: ReturnType<typeof createProxima>
  states: string[]
}
declare const window: PageGlobals & { readonly localStorage: Storage; readonly navigator: object }

describe.skipIf(!hasBrowser)(`the client in two tabs of Chromium${browserNote}`, { tags: ['long'] }, () => {
  let server: TestServer
  let site: Server
  let origin: string
  let otherOrigin: string
  let browser: Browser
  let script: string
  beforeAll(async () => {
    const bundle = await rolldown({
      input: join(import.meta.dirname, '../src/index.ts'),
      platform: 'browser',
    })
    script = (await bundle.generate({ format: 'esm' })).output[0].code
    site = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1')
    await once(site, 'listening')
    const { port } = site.address() as AddressInfo
    origin = `http://localhost:${port}`
    otherOrigin = `http://127.0.0.1:${port}`
    server = await startTestServer(sqlite, {
      env: {
        PROXIMA_PUBLIC_URL: origin,
        PROXIMA_TRUSTED_PROXIES: '127.0.0.1',
        PROXIMA_CORS_ORIGINS: otherOrigin,
      },
    })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    site?.close()
    await server?.close()
  })

  // A page, its script, and what is for the server, as docs/guides/browsers.md shows.
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request
    if (!url.startsWith('/v1/')) {
      const isScript = url === '/client.js'
      response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
      response.end(
        isScript
          ? script
          : `<!doctype html><title>Notes</title><script type="module">
        import { createProxima } from '/client.js'
        window.createProxima = createProxima
      </script>`,
      )
      return
    }
    const body = await buffer(request)
    const headers = Object.entries(request.headers).filter(
      ([name]) => !/^(host|connection|content-length)$/.test(name),
    )
    const passed = await fetch(server.url + url, {
      method,
      headers: headers.map(([name, value]) => [name, String(value)] as [string, string]),
      ...(body.length > 0 && { body }),
    })
    response.writeHead(
      passed.status,
      [...passed.headers].filter(([name]) => !/^(content-|transfer-)/.test(name)).flat(),
    )
    response.end(Buffer.from(await passed.arrayBuffer()))
  }

  interface Tabs {
    readonly context: BrowserContext
    readonly first: Page
    readonly second: Page
    /** Of both tabs. */
    readonly calls: string[]
  }

  /** Two tabs of one browser, each with a client. */
  async function openTabs(mode: 'token' | 'cookie', { isOld = false } = {}): Promise<Tabs> {
    const context = await browser.newContext()
    // A browser of 2020.
    if (isOld)
      await context.addInitScript(() => {
        Object.defineProperty(window.navigator, 'locks', { value: undefined })
        Object.defineProperty(window, 'BroadcastChannel', { value: undefined })
      })
    const calls: string[] = []
    const open = async () => {
      const page = await context.newPage()
      page.on('request', (request) => {
        const { pathname } = new URL(request.url())
        if (pathname.startsWith('/v1/')) calls.push(`${request.method()} ${pathname}`)
      })
      await page.goto(origin)
      await page.waitForFunction('window.createProxima')
      await page.evaluate(startClient, mode)
      return page
    }
    return { context, first: await open(), second: await open(), calls }
  }

  async function startClient(mode: 'token' | 'cookie'): Promise<void> {
    const { createProxima, localStorage } = window
    window.proxima =
      mode === 'cookie' ? createProxima({ mode }) : createProxima({ url: '', storage: localStorage })
    window.states = []
    window.proxima.session.onChange(({ status }) => window.states.push(status))
    await window.proxima.session.load()
  }

  const signIn = (page: Page, { secret }: NewPerson) =>
    page.evaluate(async (user_secret) => {
      await window.proxima.auth.loginWithUserSecret({ user_secret })
    }, secret)
  const statusOf = (page: Page) => page.evaluate(() => window.proxima.session.status)
  /** The id of the account, or the code of the failure. */
  const whoAmI = (page: Page) =>
    page.evaluate(() =>
      window.proxima.me.get().then(
        ({ id }) => id,
        (error: unknown) => (error as { code: string }).code,
      ),
    )
  const becomes = (page: Page, status: string) =>
    vi.waitFor(async () => expect(await statusOf(page)).toBe(status), { timeout: 10_000 })

  it.each([false, true])('refreshes once, in an old browser: %s', async (isOld) => {
    const { context, first, second, calls } = await openTabs('token', { isOld })
    const person = await newPerson(server.client)
    await signIn(first, person)
    await becomes(second, 'signed_in')
    for (let round = 1; round <= 2; round++) {
      server.clock.advance(16 * 60)
      const ids = await Promise.all([first, second, first, second].map(whoAmI))
      expect(ids).toEqual(Array(4).fill(person.id))
      expect(calls.filter((call) => call === 'POST /v1/auth/refresh')).toHaveLength(round)
    }
    await context.close()
  })

  it.each(['token', 'cookie'] as const)(
    'signs out both tabs when the session is revoked: %s',
    async (mode) => {
      const { context, first, second, calls } = await openTabs(mode)
      const person = await newPerson(server.client)
      await signIn(first, person)
      await becomes(second, 'signed_in')
      expect(await whoAmI(second)).toBe(person.id)
      // From elsewhere: the registration of the person also signed in.
      const { status } = await server.client.send('DELETE', '/v1/me/sessions', undefined, person)
      expect(status).toBe(204)
      expect(await whoAmI(first)).toBe('invalid_token')
      calls.length = 0
      for (const tab of [first, second]) await becomes(tab, 'signed_out')
      // The other tab learned it from the first, not from the server.
      expect(calls).toEqual([])
      expect(await second.evaluate(() => window.states)).toEqual(['signed_out', 'signed_in', 'signed_out'])
      expect(await second.evaluate(() => window.localStorage.length)).toBe(0)
      await context.close()
    },
  )

  it('keeps the user signed in when the page is reloaded, by the cookie and by the storage', async () => {
    for (const mode of ['token', 'cookie'] as const) {
      const { context, first } = await openTabs(mode)
      const person = await newPerson(server.client)
      await signIn(first, person)
      await first.reload()
      await first.waitForFunction('window.createProxima')
      await first.evaluate(startClient, mode)
      expect([await statusOf(first), await whoAmI(first)]).toEqual(['signed_in', person.id])
      const token = await first.evaluate(() => window.proxima.session.accessToken())
      expect((await server.client.me(token)).body.id).toBe(person.id)
      await first.evaluate(() => window.proxima.auth.logout())
      expect(await whoAmI(first)).toBe('unauthenticated')
      await context.close()
    }
  })

  it('works on a page of another origin, which gets every header that it needs', async () => {
    const page = await browser.newPage()
    await page.goto(otherOrigin)
    await page.waitForFunction('window.createProxima')
    const found = await page.evaluate(async (url) => {
      const proxima = window.createProxima({ url })
      const user = await proxima.auth.register({ username: 'baraka' })
      if (!('user_secret' in user)) throw new Error('the answer has no account')
      await proxima.auth.loginWithUserSecret({ user_secret: String(user.user_secret) })
      await proxima.session.refresh()
      const { occupation } = await proxima.me.profile.update({ occupation: 'Nurse' })
      const size = (await proxima.me.profile.image()).size
      await proxima.me.profile.deleteImage()
      const wait = await proxima.me
        .requestVerification({ channel: 'email' })
        .catch((error: unknown) => (error as { code: string }).code)
      await proxima.auth.logout()
      return { occupation, hasImage: size > 0, wait, status: proxima.session.status }
    }, server.url)
    expect(found).toEqual({
      occupation: 'Nurse',
      hasImage: true,
      wait: 'validation_failed',
      status: 'signed_out',
    })
    await page.close()
  })
})
