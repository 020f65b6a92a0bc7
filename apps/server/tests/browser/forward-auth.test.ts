/** @module-tag long */

import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { giveRole } from '../support/api-keys.ts'
import { browserNote, hasBrowser, launchBrowser } from '../support/browser.ts'
import { sqlite } from '../support/engines.ts'
import { guideBlock } from '../support/guide-blocks.ts'
import { newPerson, type Person } from '../support/people.ts'
import { endLeftovers } from '../support/process.ts'
import { findProgram, freePort, hasOpenssl } from '../support/programs.ts'
import { type ProtectedPage, startProtectedPage } from '../support/protected-page.ts'
import { nginxCommand, withPlace } from '../support/proxy-commands.ts'
import { startProxy } from '../support/proxy-server.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const nginx = findProgram('nginx')
const canRun = hasBrowser && hasOpenssl && nginx !== null

/** Proxima and a page on two ports of one host, as the guides configure nginx for them. */
describe.skipIf(!canRun)(`a page behind nginx, in Chromium${browserNote}`, () => {
  let folder: string
  let server: TestServer
  let services: OwnServices
  let page: ProtectedPage
  let browser: Browser
  let context: BrowserContext
  let person: Person
  let accounts: string
  let reports: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxima-forward-auth-'))
    const [ofAccounts, ofReports] = [await freePort(), await freePort()]
    accounts = `https://accounts.example.org:${ofAccounts}`
    reports = `https://accounts.example.org:${ofReports}`
    server = await startTestServer(sqlite, {
      env: {
        PROXIMA_PUBLIC_URL: accounts,
        PROXIMA_TRUSTED_PROXIES: '127.0.0.1',
        PROXIMA_RETURN_ORIGINS: reports,
      },
    })
    services = openServices(server)
    page = await startProtectedPage()
    await proxy('production.md#nginx nginx', {
      port: ofAccounts,
      listen: 'listen 443 ssl',
      healthStatus: 200,
    })
    await proxy('protect/forward-auth.md#nginx nginx', {
      port: ofReports,
      listen: 'listen 8443 ssl',
      healthStatus: 302,
    })
    person = await newPerson(server.client)
    await giveRole(services.db, person.id, ['reports:read'])
    browser = await launchBrowser()
    // Proxima's own pages may call nothing and have no forms, so they stand for other pages of their origin.
    context = await browser.newContext({ ignoreHTTPSErrors: true, bypassCSP: true })
  })
  afterAll(async () => {
    await browser?.close()
    await endLeftovers()
    await services?.close()
    await server?.close()
    await page?.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function proxy(
    block: string,
    { port, listen, healthStatus }: { port: number; listen: string; healthStatus: number },
  ): Promise<void> {
    const own = join(folder, String(port))
    await mkdir(own)
    const proxima = withPlace(guideBlock(block), { '127.0.0.1:4000': new URL(server.url).host })
    const blocks = proxima.replaceAll('127.0.0.1:3000', page.host)
    const command = await nginxCommand(nginx ?? '', { folder: own, port }, { blocks, listen })
    await startProxy(command, { port, home: own, healthStatus })
  }

  /** Signs in with the cookie, as a page of Proxima's origin does. */
  async function signIn(tab: Page): Promise<void> {
    await tab.goto(`${accounts}/docs/problems`)
    const body = JSON.stringify({ user_secret: person.secret, mode: 'cookie' })
    const call = `fetch('/v1/auth/token', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '${body}' }).then(({ status }) => status)`
    expect(await tab.evaluate(call)).toBe(200)
  }

  it('leads to the sign-in page, and shows itself to the cookie that another port has set', async () => {
    const tab = await context.newPage()
    await tab.goto(`${reports}/year?of=2026&all=1`)
    expect(new URL(tab.url()).origin).toBe(accounts)
    const returnTo = new URL(tab.url()).searchParams.get('return_to') ?? ''
    expect(returnTo).toBe(`${reports}/year?of=2026&all=1`)
    expect(page.seen).toEqual([])
    await signIn(tab)
    await tab.goto(returnTo)
    expect(await tab.textContent('body')).toBe('the page')
    expect(JSON.stringify(page.seen)).not.toContain('pxs_')
    await tab.close()
  })

  it('A49: takes a change from its own origin, and none from another port of the host', async () => {
    const tab = await context.newPage()
    await signIn(tab)
    const send = async (from: string) => {
      await tab.goto(from)
      const answered = tab.waitForResponse((response) => response.url() === `${reports}/delete`)
      const options = "{ method: 'POST', mode: 'no-cors', credentials: 'include' }"
      await tab.evaluate(`fetch('${reports}/delete', ${options}).then(() => null)`)
      return (await answered).status()
    }
    expect(await send(`${reports}/`)).toBe(200)
    expect(page.seen.at(-1)).toMatchObject({ method: 'POST', url: '/delete' })
    page.seen.length = 0
    expect(await send(`${accounts}/docs/problems`)).toBe(403)
    expect(page.seen).toEqual([])
    await tab.close()
  })
})
