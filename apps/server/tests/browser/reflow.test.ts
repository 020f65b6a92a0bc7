import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserNote, hasBrowser, launchBrowser, overflow } from '../support/browser.ts'
import { sqlite } from '../support/engines.ts'
import { linkNames, linksOf, publicPages } from '../support/hosted-pages.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** A window of 1280 pixels at 400 % and at 200 % (WCAG 2.2, 1.4.10 and 1.4.4). */
const zooms = [
  { zoom: 400, viewport: { width: 320, height: 640 }, deviceScaleFactor: 4 },
  { zoom: 200, viewport: { width: 640, height: 640 }, deviceScaleFactor: 2 },
] as const
const systemPages = ['/', '/docs', '/docs/problems', '/outbox', '/no-such-page']

describe.skipIf(!hasBrowser)(`a page that is enlarged in Chromium${browserNote}`, { tags: ['long'] }, () => {
  let server: TestServer
  let browser: Browser
  let links: ReadonlyMap<string, string>
  beforeAll(async () => {
    browser = await launchBrowser()
    server = await startTestServer(sqlite, { env: { PROXIMA_VERIFICATION: 'optional' } })
    links = await linksOf(server)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  it.each(zooms)('needs no scrolling to the side at $zoom %', async ({ viewport, deviceScaleFactor }) => {
    const context = await browser.newContext({ baseURL: server.url, viewport, deviceScaleFactor })
    const page = await context.newPage()
    const names = [...publicPages, ...linkNames, ...systemPages]
    const wide: string[] = []
    for (const name of names) {
      await page.goto(links.get(name) ?? name)
      if ((await overflow(page)) > 0) wide.push(name)
    }
    expect(wide).toEqual([])
    await context.close()
  })
})
