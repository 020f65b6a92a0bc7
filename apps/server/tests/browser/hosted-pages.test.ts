import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  accessibilityProblems,
  browserNote,
  hasBrowser,
  launchBrowser,
  overflow,
} from '../support/browser.ts'
import { sqlite } from '../support/engines.ts'
import { linkNames, linksOf, publicPages } from '../support/hosted-pages.ts'
import { shoot, wantsShots } from '../support/shots.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const [narrow, wide] = [320, 1280]
/** Every width with every theme, and each direction of writing with both of each. */
const readers = [
  {
    locale: 'en-GB',
    javaScriptEnabled: true,
    looks: [
      { width: narrow, colorScheme: 'light' },
      { width: narrow, colorScheme: 'dark' },
      { width: wide, colorScheme: 'light' },
      { width: wide, colorScheme: 'dark' },
    ],
  },
  {
    locale: 'ar-JO',
    javaScriptEnabled: true,
    looks: [
      { width: narrow, colorScheme: 'dark' },
      { width: wide, colorScheme: 'light' },
    ],
  },
  {
    locale: 'en-GB',
    javaScriptEnabled: false,
    looks: [
      { width: narrow, colorScheme: 'light' },
      { width: wide, colorScheme: 'dark' },
    ],
  },
] as const
type Look = (typeof readers)[number]['looks'][number]

// Every look of every page takes minutes, so only `npm run pages:shots` opens them all.
describe.skipIf(!hasBrowser || !wantsShots)(
  `the hosted pages in Chromium${browserNote}`,
  { tags: ['long'] },
  () => {
    let server: TestServer
    let browser: Browser
    let links: ReadonlyMap<string, string>
    beforeAll(async () => {
      browser = await launchBrowser()
      server = await startTestServer(sqlite, {
        env: { PROXIMA_TERMS_URL: 'https://example.org/terms', PROXIMA_VERIFICATION: 'optional' },
      })
      links = await linksOf(server)
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    describe.each([...publicPages, ...linkNames])('%s', (name) => {
      it.each(readers)(
        'is accessible and fits the window ($locale, script: $javaScriptEnabled)',
        async ({ looks, ...reader }) => {
          const context = await browser.newContext(reader)
          const page = await context.newPage()
          const errors = watchErrors(page)
          await page.goto(new URL(links.get(name) ?? name, server.url).href)
          for (const look of looks)
            await checkLook(
              page,
              look,
              `${name} ${reader.locale} ${reader.javaScriptEnabled ? 'script' : 'no script'}`,
            )
          expect(errors).toEqual([])
          await context.close()
        },
      )
    })

    it('lets someone sign up with the keyboard alone', async () => {
      const page = await (await browser.newContext()).newPage()
      const errors = watchErrors(page)
      await page.goto(`${server.url}/sign-up`)
      await page.focus('#username')
      for (const text of ['keyboard-user', 'keyboard@example.com', 'nine quiet rivers bend']) {
        await page.keyboard.type(text)
        await page.keyboard.press('Tab')
      }
      await page.focus('#terms')
      await page.keyboard.press('Space')
      await page.keyboard.press('Enter')
      await page.waitForURL((url) => url.pathname !== '/sign-up')
      expect(errors.filter((text) => !/status of 404/.test(text))).toEqual([])
      expect(
        (await server.client.login({ username: 'keyboard-user', password: 'nine quiet rivers bend' })).status,
      ).toBe(200)
      await page.close()
    })

    it('says how strong a new password is, and breaks no policy with that', async () => {
      const page = await (await browser.newContext()).newPage()
      const errors = watchErrors(page)
      await page.goto(`${server.url}/sign-up`)
      await page.focus('#password')
      await page.keyboard.type('password1')
      await page.getByText('Too easy to guess.').waitFor()
      await page.keyboard.type(' nine quiet rivers')
      await page.getByText('Strong.').waitFor()
      expect(errors).toEqual([])
      await page.close()
    })

    it('sends a code with its last digit, in any digits', async () => {
      const page = await (await browser.newContext()).newPage()
      await page.goto(`${server.url}/recover`)
      await page.fill('#identifier', 'amina@example.com')
      await page.keyboard.press('Enter')
      await page.waitForURL('**/recover/code')
      await page.fill('#code', '٠٠٠ ٠٠٠')
      await page.waitForURL('**/recover/verify')
      await page.getByText('This code does not match').waitFor()
      await page.close()
    })
  },
)

async function checkLook(page: Page, { width, colorScheme }: Look, name: string): Promise<void> {
  const look = `${width} ${colorScheme}`
  await page.setViewportSize({ width, height: 844 })
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  // axe waits for timers, which a page without script does not have.
  if (!name.endsWith('no script')) expect(await accessibilityProblems(page), look).toEqual([])
  expect(await overflow(page), look).toBeLessThanOrEqual(0)
  await shoot(page, `${name} ${look}`)
}

/** Errors of scripts, and violations of the policy. The browser itself also reports an answer that is a refusal. */
function watchErrors(page: Page): string[] {
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    const text = message.text()
    if (message.type() === 'error' && !/status of (?:403|422)/.test(text)) errors.push(text)
  })
  return errors
}
